"""Erases people, tells what is held on them, and removes what has been kept long enough."""

from vlms.privacy.service.deciding import Decision as Decision
from vlms.privacy.service.deciding import erase_person as erase_person
from vlms.privacy.service.deciding import erase_user as erase_user
from vlms.privacy.service.deciding import is_erased_user as is_erased_user
from vlms.privacy.service.deciding import require_whole as require_whole
from vlms.privacy.service.telling import held_on_person as held_on_person
from vlms.privacy.service.telling import held_on_user as held_on_user
from vlms.privacy.service.telling import tell_person as tell_person
from vlms.privacy.service.telling import tell_user as tell_user
