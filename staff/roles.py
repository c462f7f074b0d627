"""Who there is in a property-management company, and who stands above whom (domain.md 1). Pure."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    FRONT_DESK = "front_desk", _("Front desk")
    DUTY_DESK = "duty_desk", _("Duty desk")
    STEWARD = "steward", _("Building steward")
    HANDLER = "handler", _("Handler")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    SUPERVISOR = "supervisor", _("Supervisor")
    PROPERTY_MANAGER = "property_manager", _("Property manager")
    GENERAL_MANAGER = "general_manager", _("General manager")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


#: A vacant, absent or conflicted role falls to the next one up; the general manager is the top.
NEXT_UP: dict[Role, Role] = {
    Role.FRONT_DESK: Role.SUPERVISOR,
    Role.DUTY_DESK: Role.SUPERVISOR,
    Role.STEWARD: Role.SUPERVISOR,
    Role.HANDLER: Role.DEPARTMENT_HEAD,
    Role.DEPARTMENT_HEAD: Role.PROPERTY_MANAGER,
    Role.SUPERVISOR: Role.PROPERTY_MANAGER,
    Role.PROPERTY_MANAGER: Role.GENERAL_MANAGER,
}

#: Those who take complaints from people.
DESK: frozenset[Role] = frozenset(
    {Role.FRONT_DESK, Role.DUTY_DESK, Role.STEWARD, Role.SUPERVISOR, Role.PROPERTY_MANAGER}
)
#: Those who answer for an estate as a whole.
MANAGERS: frozenset[Role] = frozenset({Role.SUPERVISOR, Role.PROPERTY_MANAGER, Role.GENERAL_MANAGER})
#: Those who read cases. An administrator looks after settings and people and sees no personal data.
READERS: frozenset[Role] = frozenset(set(Role) - {Role.ADMINISTRATOR})
#: They read or look after the settings; they carry no part on a case.
BYSTANDERS: frozenset[Role] = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
#: What people of a contractor can be for us: they do the work, or answer for those of their firm who do.
OF_FIRMS: frozenset[Role] = frozenset({Role.HANDLER, Role.DEPARTMENT_HEAD})


def ladder(role: Role) -> list[Role]:
    """`role` and every role above it, nearest first.

    >>> [r.value for r in ladder(Role.SUPERVISOR)]
    ['supervisor', 'property_manager', 'general_manager']
    """
    steps = [role]
    while steps[-1] in NEXT_UP:
        steps.append(NEXT_UP[steps[-1]])
    return steps
