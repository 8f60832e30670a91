"""Files that jobs make: in sealed parts in the database, for a week at most, for who asked.

Parts let any web host answer, and none holds a large file in memory while it is written.
"""

from __future__ import annotations

from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, select

from vlms.audit.service import journal
from vlms.core.sealing import seal, unseal
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.models import Job, JobFile, JobFilePart

KEPT = timedelta(days=7)
PART_BYTES = 256 * 1024
_UNSYNCHRONISED = {"synchronize_session": False}


def keep_part(work: Work, held: HeldJob, position: int, body: bytes) -> None:
    """Keep one part; an earlier try's is replaced."""
    _drop(work, JobFilePart.job_id == held.id, JobFilePart.position == position)
    sealed = seal(work.keys, body, _place(held.id, position))
    work.session.add(JobFilePart(job_id=held.id, position=position, sealed_body=sealed))


def keep_file(
    work: Work,
    held: HeldJob,
    name: tuple[str, str],
    size: tuple[int, int],
) -> JobFile:
    """The file is whole: its name and media type, of how many parts and bytes it is."""
    parts, byte_count = size
    _drop(work, JobFilePart.job_id == held.id, JobFilePart.position >= parts)
    filename, media_type = name
    file = JobFile(
        job_id=held.id,
        filename=filename,
        media_type=media_type,
        byte_count=byte_count,
        expires_at=work.now + KEPT,
    )
    work.session.add(file)
    work.flush()
    return file


def cut(stream: BinaryIO) -> list[bytes]:
    """What was written, in parts."""
    stream.seek(0)
    return list(iter(lambda: stream.read(PART_BYTES), b""))


def read_file(work: Work, job: Job, file: JobFile) -> bytes:
    """The whole file; that it was taken is told to the journal."""
    statement = select(JobFilePart).where(JobFilePart.job_id == job.id)
    parts = work.session.scalars(statement.order_by(JobFilePart.position))
    body = b"".join(
        unseal(work.keys, part.sealed_body, _place(job.id, part.position)) for part in parts
    )
    record = ("job", job.id, job.organisation_id)
    journal(work, "job.file_taken", record, after={"filename": file.filename})
    return body


def remove_old_files(held: HeldJob) -> None:
    """What is past its time goes."""
    with held.work() as work:
        old = JobFile.expires_at <= work.now
        keys = list(work.session.scalars(select(JobFile.job_id).where(old)))
        _drop(work, JobFilePart.job_id.in_(keys))
        work.session.execute(delete(JobFile).where(old), execution_options=_UNSYNCHRONISED)


def drop_parts(held: HeldJob) -> None:
    """Leave nothing of a file that was not finished."""
    with held.work(to_the_end=True) as work:
        _drop(work, JobFilePart.job_id == held.id)


def _drop(work: Work, *conditions: object) -> None:
    statement = delete(JobFilePart).where(*conditions)  # type: ignore[arg-type]
    work.session.execute(statement, execution_options=_UNSYNCHRONISED)


def _place(job_id: UUID, position: int) -> str:
    return f"vlms job file|{job_id}|{position}"
