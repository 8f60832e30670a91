"""What an exam provider's report says of a candidate, in whichever words (C3)."""

from __future__ import annotations

from enum import StrEnum

from vlms.core.text import _
from vlms.exports.mapping import Field, fold


class Happening(StrEnum):
    """What has happened; of what happened at one instant the first here came first."""

    REGISTERED = "registered"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"
    NO_SHOW = "no_show"
    DELIVERED = "delivered"


class ExamResult(StrEnum):
    """What the provider says of an exam that was delivered."""

    PASSED = "passed"
    FAILED = "failed"


class Fate(StrEnum):
    """What a row of a report does, or has done."""

    CHANGED = "changed"
    SAME = "same"
    QUEUED = "queued"
    WRONG = "wrong"


class Why(StrEnum):
    """Why a row waits for somebody's decision."""

    UNKNOWN_CODE = "unknown_code"
    AMBIGUOUS = "ambiguous"
    NOT_ASSIGNED = "not_assigned"
    WRONG_PERSON = "wrong_person"
    WRONG_EXAM = "wrong_exam"
    OTHER_APPOINTMENT = "other_appointment"
    AFTER_EXPIRY = "after_expiry"
    VOID = "void"
    TOO_OLD = "too_old"
    BEFORE_ASSIGNMENT = "before_assignment"
    CONTRADICTS = "contradicts"
    REFUSED = "refused"


FIELDS = (
    Field(
        "code",
        _("Voucher code"),
        ("voucher", "voucher number", "access code", "考試券代碼", "考試券", "券號", "代碼"),
        required=False,
    ),
    Field(
        "last4",
        _("Last characters of the code"),
        (
            "last four",
            "last 4",
            "voucher last 4",
            "voucher ending",
            "代碼末四碼",
            "末四碼",
            "後四碼",
        ),
        required=False,
    ),
    Field(
        "email",
        _("Candidate's e-mail"),
        ("e-mail", "email address", "candidate email", "電子郵件", "考生電子郵件", "信箱"),
        required=False,
    ),
    Field(
        "number",
        _("Candidate's number"),
        ("employee number", "student number", "employee id", "員工編號", "學號", "編號"),
        required=False,
    ),
    Field(
        "name",
        _("Candidate"),
        ("candidate name", "name", "test taker", "考生", "考生姓名", "姓名", "應考人"),
        required=False,
    ),
    Field(
        "exam",
        _("Exam"),
        ("exam number", "exam code", "test", "考試", "考試代號", "考科", "科目代號"),
        required=False,
    ),
    Field(
        "starts",
        _("Appointment"),
        (
            *("appointment date", "appointment time", "scheduled for", "exam date"),
            *("考試時間", "考試日期", "預約時間", "應試時間"),
        ),
        required=False,
    ),
    Field(
        "status",
        _("Status"),
        (
            *("appointment status", "exam status", "result status", "outcome"),
            *("狀態", "考試狀態", "報名狀態"),
        ),
    ),
    Field(
        "happened",
        _("When it happened"),
        (
            *("event time", "event date", "status date", "last update", "updated"),
            *("發生時間", "異動時間", "狀態日期", "更新時間"),
        ),
        required=False,
    ),
    Field("zone", _("Time zone"), ("timezone", "tz", "時區"), required=False),
    Field("result", _("Result"), ("grade", "pass/fail", "結果", "及格與否"), required=False),
    Field("score", _("Score"), ("points", "exam score", "成績", "分數", "得分"), required=False),
    Field(
        "site",
        _("Site"),
        ("test center", "test centre", "testing center", "考場", "考試中心", "地點"),
        required=False,
    ),
)

_STATUSES: dict[Happening, tuple[str, ...]] = {
    Happening.REGISTERED: (
        *("registered", "scheduled", "booked", "confirmed", "new", "已報名", "報名", "已預約"),
        *("預約", "已登記"),
    ),
    Happening.MOVED: (
        *("moved", "rescheduled", "reschedule", "date changed", "改期", "已改期", "更改日期"),
    ),
    Happening.CANCELLED: (
        *("cancelled", "canceled", "cancelled by candidate", "canceled by candidate"),
        *("late cancel", "late cancelled", "late canceled", "取消", "已取消", "考生取消"),
        *("逾期取消",),
    ),
    Happening.CANCELLED_BY_PROVIDER: (
        *("cancelled by provider", "canceled by provider", "cancelled by site"),
        *("canceled by site", "site cancelled", "system cancelled", "考場取消", "主辦單位取消"),
        *("考試中心取消",),
    ),
    Happening.NO_SHOW: ("no show", "noshow", "absent", "did not attend", "缺考", "未到考", "未到"),
    Happening.DELIVERED: (
        *("delivered", "taken", "completed", "complete", "started", "in progress", "attended"),
        *("tested", "已應考", "已考", "已完成", "完成", "到考", "應試"),
    ),
}
_RESULTS: dict[ExamResult, tuple[str, ...]] = {
    ExamResult.PASSED: ("passed", "pass", "p", "通過", "及格", "合格"),
    ExamResult.FAILED: ("failed", "fail", "f", "未通過", "不及格", "不合格"),
}
_BY_WORD = {fold(word): key for key, words in _STATUSES.items() for word in (key.value, *words)}
_RESULT_BY_WORD = {fold(word): key for key, words in _RESULTS.items() for word in words}


def happening_of(typed: str) -> Happening | None:
    """What a status says; None for a word that nobody knows. A result was delivered."""
    known = _BY_WORD.get(fold(typed))
    if known is None and fold(typed) in _RESULT_BY_WORD:
        return Happening.DELIVERED
    return known


def result_of(typed: str) -> ExamResult | None:
    """The result that a word tells; None for any other."""
    return _RESULT_BY_WORD.get(fold(typed))


def is_known_result(typed: str) -> bool:
    """Whether a cell of results can be read: a result, or that there is none yet."""
    return fold(typed) in {*_RESULT_BY_WORD, *map(fold, ("", "-", "n/a", "na", "pending", "無"))}
