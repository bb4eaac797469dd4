"""Every view says who may enter."""

import pytest

from clinics.access import Access
from clinics.views import outbox, styleguide
from config import home
from tests.architecture.urls import Address, addresses

KINDS = {"staff", "portal", "signed_in", "public"}


@pytest.mark.parametrize("address", addresses(), ids=lambda address: address.route)
def test_every_view_is_stamped(address: Address) -> None:
    access = address.access
    assert access is not None
    check(access)


@pytest.mark.parametrize("view", [outbox.outbox, styleguide.styleguide, home.demo_sign_in])
def test_so_are_those_that_exist_in_demo_mode_only(view: object) -> None:
    check(getattr(view, "access"))  # noqa: B009  # a stamp is not part of the type


def check(access: Access) -> None:
    assert access.kind in KINDS
    assert (access.kind == "staff") == (access.permission is not None)
    assert access.kind in {"staff", "portal"} or access.reason


def test_every_address_of_ours_has_a_name() -> None:
    assert [address.route for address in addresses() if not address.name.strip(":") and not address.namespaces] == []


def test_ids_in_addresses_are_whole_numbers() -> None:
    """So a malformed one matches nothing and is 404. Others: care (a patient's number,
    with an episode's), days, the exercise's public key, signed links, secrets."""
    ours = [address for address in addresses() if "admin" not in address.namespaces]
    converters = {part.split(":")[0] for address in ours for part in address.route.split("<")[1:]}
    assert converters == {"int", "care", "day", "slug", "token", "feed"}
