from django.db import models


class AccountMail(models.Model):
    """A mail about an account, such as a code to sign in, until it is sent. It belongs to a person, to no clinic."""

    address = models.EmailField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="clinics_accountmail_due")]

    def __str__(self) -> str:
        return f"{self.pk}"
