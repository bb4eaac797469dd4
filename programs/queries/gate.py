from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """`action` names what opens a shut gate; `url`, which the page fills in, is where that happens."""

    key: str
    open: bool
    title: str
    text: str = ""
    action: str = ""
    url: str = ""
    other_action: str = ""  # a second way, at `other_url`
    other_url: str = ""
    about: int = 0  # the episode that `url` is about, where it is not the visit's own
    form: str = ""  # the id of the form that `url` is sent with, where it is a button
