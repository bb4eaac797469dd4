"""The product's own settings on local servers, with fast hashing and mail kept in memory."""

from config import local

local.provide()

from config.settings import *  # noqa: E402, F403  # after the addresses are known

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
