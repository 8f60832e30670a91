"""Links that invite people of a directory to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NAME = "one_time_link_purpose"
_BEFORE = ("set_password", "claim_code", "open_order", "set_up_sign_in")


def upgrade() -> None:
    _allow(*_BEFORE, "join")


def _allow(*words: str) -> None:
    """The words that the column may hold; all that is written stays."""
    among = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("one_time_link", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_one_time_link_{_NAME}"), type_="check")
        batch_op.create_check_constraint(
            op.f(f"ck_one_time_link_{_NAME}"), sa.text(f"purpose IN ({among})")
        )


def downgrade() -> None:
    """Mails keep what they said; only the links that this release knows go."""
    gone = sa.text(
        "UPDATE outbox_message SET link_id = NULL WHERE link_id IN "
        "(SELECT id FROM one_time_link WHERE purpose = 'join')"
    )
    op.execute(gone)
    op.execute(sa.text("DELETE FROM one_time_link WHERE purpose = 'join'"))
    _allow(*_BEFORE)
