"""A server's settings as a file, whole unless a test says otherwise."""

WHOLE = {
    "ALDIA_BASE_URL": "https://cobros.aldia.test",
    "ALDIA_MAIL_FROM": "cobros@aldia.test",
    "ALDIA_MAIL_OPERATOR": "hola@aldia.test",
    "ALDIA_MAILER": "smtp",
    "ALDIA_SMTP_HOST": "smtp.aldia.test",
    "ALDIA_STRIPE_KEY": "sk_test_none",
    "ALDIA_STRIPE_WEBHOOK_SECRETS": "whsec_none",
}
TRIAL = {"ALDIA_BASE_URL": "http://127.0.0.1:8000", "ALDIA_SMTP_HOST": "127.0.0.1", "ALDIA_SMTP_TLS": "none"}


def written(folder, **values):
    """The file; a value of None leaves its line out."""
    lines = WHOLE | {"ALDIA_DATA": str(folder / "data")} | {name: str(value) for name, value in values.items()}
    path = folder / "aldia.env"
    path.write_text("".join(f"{name}={value}\n" for name, value in lines.items() if value != "None"))
    path.chmod(0o640)
    return path
