from tests.factories.cast import NINE, Cast, appointment_at, make_cast

__all__ = ["NINE", "Cast", "appointment_at", "make_cast"]
