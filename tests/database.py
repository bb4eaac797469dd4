"""Plain SQL in tests: what the database itself says, whatever the ORM believes."""

from typing import Any

import pytest
from django.db import Error, connection, transaction

Row = tuple[Any, ...]


def sql(statement: str, *params: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall()) if cursor.description else []


def refused(statement: str, *params: Any) -> str:
    """The SQLSTATE with which PostgreSQL refuses the statement."""
    with pytest.raises(Error) as caught, transaction.atomic():
        sql(statement, *params)
    return str(getattr(caught.value.__cause__, "sqlstate", ""))
