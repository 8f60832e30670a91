"""The settings, read once from the environment: complete, or refused with all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vlms.core.webhooks import read_secret


class SettingsRefused(ValueError):
    """Some settings are wrong; the message names every one of them."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs; every field is an environment variable `VLMS_<FIELD>`.

    Only `port` is named plainly: PORT.
    """

    instance: Path
    database_url: str
    key_file: Path
    keys: str | None = None
    # PostgreSQL: as whom "vlms db upgrade" works; nothing else ever does.
    database_owner_url: str | None = None
    # For development that knowingly works as the tables' owner, who is held by no policies.
    single_database_role: bool = False
    # Signed heads of the journal, also outside the database: one JSON object a line.
    heads_file: Path = Path("journal-heads.jsonl")
    port: int = 8000
    base_url: str = "http://localhost:8000"
    # Other names under which people may come, beside that of `base_url`.
    hosts: str | None = None
    # How many proxies stand before the web server, each of which adds to X-Forwarded-For.
    proxies: int = 0
    secure_cookies: bool = False
    # Sign-in providers may stand in networks of the house; this machine is never asked.
    private_providers: bool = False
    # Without a server mail stays in the outbox, where the operator can read it.
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password: str | None = None
    smtp_tls: bool = True
    mail_from: str = "vlms@localhost"
    # Where mail servers put reports of mail that came back: maildir:/path.
    bounce_mailbox: str | None = None
    # With which a mail provider signs what it posts of mail that came back: whsec_<base64>.
    bounce_secret: str | None = None
    # To whom those may write who have nobody else to ask; without it, to the sender of mail.
    help_mail: str | None = None
    demo: bool = False
    # Pages for those who write this software are shown too.
    development: bool = False
    # O1: how long before an agreement's first day an order may be placed.
    order_early_days: int = 90
    # C3: how long after the fact an outcome may be recorded.
    outcome_days: int = 30
    # C8: above so many codes an export needs a second admin.
    export_limit: int = 500
    # So many failed tries within a minute are told to the operators.
    alarm_failures: int = 20
    upload_bytes: int = 5 * 1024 * 1024
    testing: bool = False

    @property
    def bounce_folder(self) -> Path | None:
        """The maildir of reports; None where there is none."""
        return Path(self.bounce_mailbox.removeprefix(_MAILDIR)) if self.bounce_mailbox else None

    @property
    def bounce_key(self) -> bytes | None:
        """The key of the mail provider's posts; None where they are not taken."""
        return read_secret(self.bounce_secret) if self.bounce_secret else None

    @property
    def sign_ins_file(self) -> Path:
        """Who can sign in to the demo, and how; there only where the demo is."""
        return self.instance / "demo-sign-ins.txt"


_MAILDIR = "maildir:"
_YES = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises SettingsRefused, which names all that is wrong at once."""
    reader = _Reader(environment)
    instance = Path(reader.text("INSTANCE", "instance")).absolute()
    port = reader.number("PORT", 8000, prefix="")
    settings = Settings(
        instance=instance,
        database_url=reader.text("DATABASE_URL", f"sqlite:///{instance / 'vlms.sqlite3'}"),
        key_file=Path(reader.text("KEY_FILE", str(instance / "keys.json"))),
        keys=reader.optional("KEYS"),
        database_owner_url=reader.optional("DATABASE_OWNER_URL"),
        single_database_role=reader.yes("SINGLE_DATABASE_ROLE", False),
        heads_file=Path(reader.text("HEADS_FILE", str(instance / "journal-heads.jsonl"))),
        port=port,
        base_url=reader.text("BASE_URL", f"http://localhost:{port}").rstrip("/"),
        hosts=reader.optional("HOSTS"),
        proxies=reader.number("PROXIES", 0),
        secure_cookies=reader.yes("SECURE_COOKIES", False),
        private_providers=reader.yes("PRIVATE_PROVIDERS", False),
        smtp_host=reader.optional("SMTP_HOST"),
        smtp_port=reader.number("SMTP_PORT", 587),
        smtp_user=reader.optional("SMTP_USER"),
        smtp_password=reader.optional("SMTP_PASSWORD"),
        smtp_tls=reader.yes("SMTP_TLS", True),
        mail_from=reader.text("MAIL_FROM", "vlms@localhost"),
        bounce_mailbox=reader.optional("BOUNCE_MAILBOX"),
        bounce_secret=reader.optional("BOUNCE_SECRET"),
        help_mail=reader.optional("HELP_MAIL"),
        demo=reader.yes("DEMO", False),
        development=reader.yes("DEVELOPMENT", False),
        order_early_days=reader.number("ORDER_EARLY_DAYS", 90),
        outcome_days=reader.number("OUTCOME_DAYS", 30),
        export_limit=reader.number("EXPORT_LIMIT", 500),
        alarm_failures=reader.number("ALARM_FAILURES", 20),
        upload_bytes=reader.number("UPLOAD_BYTES", 5 * 1024 * 1024),
    )
    reader.check(settings)
    return settings


class _Reader:
    """Reads variables and remembers what was wrong with them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.wrong: list[str] = []

    def optional(self, name: str) -> str | None:
        return self.environment.get(f"VLMS_{name}") or None

    def text(self, name: str, default: str) -> str:
        return self.optional(name) or default

    def number(self, name: str, default: int, prefix: str = "VLMS_") -> int:
        text = self.environment.get(prefix + name) or str(default)
        if text.isascii() and text.isdigit() and int(text) < 2**31:
            return int(text)
        self.wrong.append(f"{prefix}{name} must be a whole number, not {text!r}")
        return default

    def yes(self, name: str, default: bool) -> bool:
        text = self.text(name, "1" if default else "0").lower()
        if text not in _YES:
            self.wrong.append(f"VLMS_{name} must be 1 or 0, not {text!r}")
        return _YES.get(text, default)

    def check(self, settings: Settings) -> None:
        if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.wrong.append(
                "VLMS_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://"
            )
        owner = settings.database_owner_url
        if owner is not None and not owner.startswith("postgresql+psycopg://"):
            self.wrong.append("VLMS_DATABASE_OWNER_URL must begin with postgresql+psycopg://")
        if not settings.base_url.startswith(("http://", "https://")):
            self.wrong.append("VLMS_BASE_URL must begin with http:// or https://")
        if settings.smtp_user and not settings.smtp_password:
            self.wrong.append("VLMS_SMTP_PASSWORD is missing beside VLMS_SMTP_USER")
        if settings.demo and (settings.secure_cookies or settings.base_url.startswith("https:")):
            self.wrong.append(
                "VLMS_DEMO=1 lets people in with a printed password alone, so it does not go with "
                "VLMS_SECURE_COOKIES=1 or a VLMS_BASE_URL of https://"
            )
        self._check_bounces(settings)
        if self.wrong:
            raise SettingsRefused("; ".join(self.wrong))

    def _check_bounces(self, settings: Settings) -> None:
        mailbox = settings.bounce_mailbox
        if mailbox is not None and not mailbox.startswith(_MAILDIR + "/"):
            self.wrong.append("VLMS_BOUNCE_MAILBOX must begin with maildir:/")
        try:
            read_secret(settings.bounce_secret or "")
        except ValueError:
            if settings.bounce_secret is not None:
                self.wrong.append("VLMS_BOUNCE_SECRET must be whsec_ and 24 to 64 bytes in base64")
