"""Django admin inside the walls: an admin looks after the clinic in scope, nothing more."""
