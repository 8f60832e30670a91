"""A small university's roster as OneRoster 1.1 files, and zips of them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from zipfile import ZIP_DEFLATED, ZipFile

from vlms.academy.rules.roster_rows import Roster
from vlms.academy.service.roster_reading import LIMITS, WANTED, roster_of
from vlms.exports.zip_tables import parse_tables

Files = Mapping[str, str]
FIRST = "sourcedId,status,dateLastModified"
HEADINGS = {
    "orgs.csv": f"{FIRST},name,type,identifier,parentSourcedId",
    "academicSessions.csv": (f"{FIRST},title,type,startDate,endDate,parentSourcedId,schoolYear"),
    "courses.csv": (
        f"{FIRST},schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"
    ),
    "classes.csv": (
        f"{FIRST},title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
        "termSourcedIds,subjects,subjectCodes,periods"
    ),
    "users.csv": (
        f"{FIRST},enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,"
        "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password"
    ),
    "enrollments.csv": (
        f"{FIRST},classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
    ),
}
OTHERS = (
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItems",
    "resources",
    "results",
)
LINES = {
    "orgs.csv": (
        "uni,active,,大學 University,district,D1,",
        "law,active,,School of Law,school,S1,uni",
        "art,active,,School of Art,school,S2,uni",
    ),
    "academicSessions.csv": (
        "y,active,,115,schoolYear,2026-08-01,2027-07-31,,2027",
        "t1,active,,115-1,semester,2026-09-01,2027-01-31,y,2027",
        "t2,active,,115-2,semester,2027-02-01,2027-07-31,y,2027",
    ),
    "courses.csv": (
        "c1,active,,y,Contract Law,L101,,law,,",
        "c2,active,,,Drawing,A101,,art,,",
    ),
    "classes.csv": (
        'k1,active,,Law A,,c1,A,scheduled,R1,law,"t1,t2",,,',
        "k2,active,,Drawing A,,c2,A,homeroom,,art,t1,,,",
    ),
    "users.csv": (
        "s1,active,,true,law,student,s1,,小明,王,,B01,s1@uni.example,,,,,",
        "s2,active,,true,law,student,s2,,Ada,Byron,King,B02,,,,,,",
        's3,active,,true,"law,art",student,s3,,美玲,陳,,B03,S3@uni.example,,,,,',
        "s4,active,,false,art,student,s4,,大同,林,,B04,s4@uni.example,,,,,",
        "f1,active,,true,law,teacher,f1,,志遠,吳,,T01,f1@uni.example,,,,,",
        "a1,active,,true,uni,administrator,a1,,秀英,周,,A01,a1@uni.example,,,,,",
        "g1,active,,true,law,parent,g1,,Old,Byron,,,,,,,,",
    ),
    "enrollments.csv": (
        "e1,active,,k1,law,s1,student,,2026-09-01,",
        "e2,active,,k1,law,s2,student,false,2026-09-01,2027-01-31",
        "e3,active,,k1,law,s3,student,,,",
        "e4,active,,k2,art,s3,student,,,",
        "e5,active,,k1,law,f1,teacher,true,,",
        "e6,active,,k2,art,a1,administrator,,,",
    ),
}


def manifest(modes: Mapping[str, str]) -> str:
    """With the mode of each file that is not absent, by its name without an ending."""
    names = sorted({*(file.removesuffix(".csv") for file in HEADINGS), *OTHERS})
    lines = [
        "propertyName,value",
        "manifest.version,1.0",
        "oneroster.version,1.1",
        *(f"file.{name},{modes.get(name, 'absent')}" for name in names),
        "source.systemName,Sample",
        "source.systemCode,sample",
    ]
    return "\n".join(lines) + "\n"


def with_heading(file: str, lines: Iterable[str]) -> str:
    return "\n".join([HEADINGS[file], *lines]) + "\n"


def bulk(lines: Mapping[str, Iterable[str]] = LINES) -> dict[str, str]:
    """All files, each told whole."""
    files = {file: with_heading(file, some) for file, some in lines.items()}
    modes = {file.removesuffix(".csv"): "bulk" for file in files}
    return {"manifest.csv": manifest(modes), **files}


def delta(lines: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Only what has changed."""
    files = {file: with_heading(file, some) for file, some in lines.items()}
    modes = {file.removesuffix(".csv"): "delta" for file in files}
    return {"manifest.csv": manifest(modes), **files}


def zip_of(files: Files) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def read(files: Files) -> Roster:
    """As an import reads them, but in this process."""
    return roster_of(parse_tables(zip_of(files), WANTED, LIMITS))
