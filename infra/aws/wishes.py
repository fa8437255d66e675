"""What a stage shall be: read from its file, and everything that is wrong with it at once."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

STAGES = Path(__file__).with_name("stages")
REGION = "eu-west-1"
STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
ADDRESS = re.compile(r"[^@\s]+@" + DOMAIN.pattern)
CERTIFICATE = re.compile(r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/.+")


class Missing(Exception):
    """What a person has to do first, one sentence each."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(f"- {sentence}" for sentence in sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Wishes:
    """A stage as its file describes it (stages/example.toml says what each means)."""

    stage: str
    domain: str
    certificate_arn: str
    mail_from: str
    mail_operator: str
    region: str = REGION
    stripe_is_live: bool = False
    stripe_own_account: bool = True
    stripe_endpoint: str = ""  # a stand-in for Stripe, for proofs
    budget_usd: int = 20
    sweep: str = "5 minutes"  # how often the jobs look; a proof cannot wait so long

    @property
    def stack(self) -> str:
        """The stack's name."""
        return f"aldia-{self.stage}"

    @property
    def secrets(self) -> str:
        """Where SSM keeps the stage's secrets."""
        return f"/aldia/{self.stage}"

    @property
    def mail_domain(self) -> str:
        """The part of the senders' address whose DNS speaks for it."""
        return self.mail_from.rpartition("@")[2]

    @property
    def base_url(self) -> str:
        """The public address."""
        return f"https://{self.domain}"

    def wrong(self) -> list[str]:
        """What cannot be, a sentence each."""
        found = []
        if not STAGE.fullmatch(self.stage) or self.stage == "local":
            found.append(f"A stage's name is small letters, digits and dashes, and not {self.stage!r}.")
        if not DOMAIN.fullmatch(self.domain):
            found.append(f"domain must be a host name such as aldia.example, not {self.domain!r}.")
        for name in ("mail_from", "mail_operator"):
            if not ADDRESS.fullmatch(getattr(self, name)):
                found.append(f"{name} must be a mail address, not {getattr(self, name)!r}.")
        if not CERTIFICATE.fullmatch(self.certificate_arn):
            found.append(
                "certificate_arn must name a certificate of ACM in us-east-1: request one there for the domain."
            )
        return found


def where(stage: str) -> str:
    """The region that a stage's file names, as far as the file can be read."""
    try:
        told = tomllib.loads((STAGES / f"{stage}.toml").read_text("utf-8")).get("region")
    except (OSError, tomllib.TOMLDecodeError):
        return REGION
    return told if isinstance(told, str) and told else REGION


def read(stage: str) -> Wishes:
    """The wishes of a stage; Missing with everything that is wrong in its file."""
    path = STAGES / f"{stage}.toml"
    if not path.is_file():
        raise Missing(f"infra/aws/stages/{stage}.toml is missing: copy example.toml beside it and say what is yours.")
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Missing(f"infra/aws/stages/{stage}.toml cannot be read: {error}.") from None
    known = {field.name: field for field in fields(Wishes) if field.name != "stage"}
    wrong = [f"{name} is not a setting of a stage." for name in told if name not in known]
    wrong += [
        f"{name} is missing."
        for name in ("domain", "certificate_arn", "mail_from", "mail_operator")
        if name not in told
    ]
    kinds = {name: type(getattr(Wishes("x", "", "", "", ""), name)) for name in known}
    wrong += [
        f"{name} must be {kinds[name].__name__}, not {value!r}."
        for name, value in told.items()
        if name in known and not isinstance(value, kinds[name])
    ]
    if wrong:
        raise Missing(*wrong)
    wishes = Wishes(stage=stage, **told)
    if wishes.wrong():
        raise Missing(*wishes.wrong())
    return wishes
