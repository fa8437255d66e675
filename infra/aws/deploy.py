"""`python -m infra.aws.deploy plan|deploy|rollback|destroy|mail-stop|mail-go STAGE`: `make deploy` and its like.

package → upload → styles, scripts and pages that are new → stack (with the code) → pages that changed → look through
the public address. Every part can be repeated: a second run changes nothing, and a run that was interrupted is finished
by the next one.
"""

import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from aldia.adapters import mail_switch
from infra.aws import account as aws_account
from infra.aws import by_hand, pages, smoke, template
from infra.aws.account import Account
from infra.aws.package import NotPackaged, Sizes, package
from infra.aws.releases import Release, Releases
from infra.aws.stack import Change, Stack, StackFailed
from infra.aws.wishes import STAGE, Missing, Wishes, read, where

Say = Callable[[str], None]
MORE_LOOKS = 3


@dataclass(slots=True)
class Deployment:
    """One stage in one account, and how to talk about it."""

    account: Account
    wishes: Wishes
    say: Say = print
    poll_s: float = 5.0
    fetch: smoke.Fetch | None = None  # how to look at it; None: through the public address
    site: dict[str, bytes] = field(default_factory=dict)  # its static files by key; none: those of this checkout

    @property
    def stack(self) -> Stack:
        """The stage's stack."""
        return Stack(self.account, self.wishes.stack, poll_s=self.poll_s)

    @property
    def releases(self) -> Releases:
        """The stage's packages and templates."""
        return Releases(self.account, self.wishes)

    def parameters(self, release: Release, *, keep: bool = True) -> dict[str, str]:
        """What the release's own template asks for."""
        wishes, asked = self.wishes, self.releases.asked(release)
        key, hashes = aws_account.origin_keys(self.account, wishes, keep=keep)
        known = {
            "Stage": wishes.stage,
            "Domain": wishes.domain,
            "CertificateArn": wishes.certificate_arn,
            "MailFrom": wishes.mail_from,
            "MailDomain": wishes.mail_domain,
            "MailOperator": wishes.mail_operator,
            "PackageBucket": self.releases.bucket,
            "PackageKey": release.package,
            "Runtime": release.runtime,
            "OriginKey": key,
            "OriginKeyHashes": hashes,
            "StripeIsLive": "on" if wishes.stripe_is_live else "off",
            "StripeOwnAccount": "on" if wishes.stripe_own_account else "off",
            "StripeEndpoint": wishes.stripe_endpoint,
            "Sweep": wishes.sweep,
            "BudgetUsd": str(wishes.budget_usd),
        }
        return {name: value for name, value in known.items() if name in asked}

    # -- what can be asked for ----------------------------------------------------------------------

    def plan(self, made: Path | None = None) -> list[Change]:
        """Say what a deployment would change. Nothing is written but the bucket and what lies in it."""
        change_set, changes = self._prepared(self._uploaded(made), is_plan=True)
        if change_set:
            self.stack.forget(change_set)
        self._tell(changes)
        return changes

    def deploy(self, made: Path | None = None) -> list[Change]:
        """Bring the stage to this checkout; what changed. Missing, StackFailed, NotPackaged."""
        release = self._uploaded(made)
        changes = self._bring(release)
        self.say(by_hand.steps(self.account, self.wishes, self.stack.outputs()))
        return changes

    def rollback(self) -> Release:
        """Go back to the code, the template and the static pages of the release before. What either leads to stays."""
        aws_account.check(self.account, self.wishes)
        release = self.releases.before()
        self._bring(release)
        self.say(f"Back at {release.package}.")
        return release

    def destroy(self) -> None:
        """Take the stage away but for its table and files. Missing while something would be lost."""
        self.account.number()
        state = self.stack.repair()
        if not state:
            self.say("There is nothing to take away.")
            return
        would_be_lost = self._would_be_lost()
        if would_be_lost:
            raise Missing(*would_be_lost)
        pages.empty(self.account, self.stack.outputs()["SiteBucket"])
        self.stack.delete()
        self.say(f"The stage is gone. Table {self.wishes.stack} and its files stay; a new deployment takes them over.")

    def set_mail(self, *, goes: bool) -> None:
        """Stop all mail, or let it go again.

        Twice, so that either alone is enough: the functions see the parameter within seconds and claim nothing (letters
        wait, and are decided anew afterwards), and SES refuses from the next mail on, whatever the functions do.
        """
        ssm = self.account.client("ssm")
        name, word = f"{self.wishes.secrets}/{mail_switch.NAME}", "goes" if goes else mail_switch.STOPPED
        ssm.put_parameter(Name=name, Value=word, Type="String", Overwrite=True)
        self.account.client("sesv2").put_configuration_set_sending_options(
            ConfigurationSetName=self.wishes.stack, SendingEnabled=goes
        )
        self.say(
            "Mail goes out again." if goes else "No mail goes out. Letters wait; what is not true later is skipped."
        )

    # -- the parts ------------------------------------------------------------------------------------

    def _uploaded(self, made: Path | None) -> Release:
        aws_account.check(self.account, self.wishes)
        made = made or package()
        self.say(f"Package: {Sizes.of(made)}")
        self.releases.ensure()
        written = template.as_json(self.wishes.stage, self.account.number(), self.account.region)
        return self.releases.upload(made, written, self.site or pages.files(self.wishes))

    def _bring(self, release: Release) -> list[Change]:
        """What is new goes ahead of the code that may lead to it, and what changed comes after the code it leads to."""
        files = self.releases.site(release)
        ahead = self._send_ahead(files)
        changes = self._run(release)
        self._publish(files, ahead)
        self._look()
        self.releases.note(release)
        return changes

    def _prepared(self, release: Release, *, is_plan: bool = False) -> tuple[str, list[Change]]:
        parameters = self.parameters(release, keep=not is_plan)
        return self.stack.prepare(self.releases.url(release.template), parameters, repair=not is_plan)

    def _run(self, release: Release) -> list[Change]:
        change_set, changes = self._prepared(release)
        self._tell(changes)
        if change_set:
            self.stack.execute(change_set)
        return changes

    def _tell(self, changes: Sequence[Change]) -> None:
        self.say("\n".join(map(str, changes)) or "The stack is as it should be: nothing changes.")

    def _send_ahead(self, files: dict[str, bytes]) -> list[str]:
        """A first deployment has no bucket yet, and no visitors."""
        bucket = self.stack.outputs().get("SiteBucket")
        return pages.send_ahead(self.account, bucket, files) if bucket else []

    def _publish(self, files: dict[str, bytes], ahead: list[str]) -> None:
        outputs = self.stack.outputs()
        changed = ahead + pages.publish(self.account, outputs["SiteBucket"], files)
        if changed:
            pages.refresh(self.account, outputs["DistributionId"])
        self.say(f"Static pages: {len(changed)} changed.")

    def _look(self) -> None:
        base = self.wishes.base_url
        if self.fetch is None and not resolves(self.wishes.domain):
            base = f"https://{self.stack.outputs()['DistributionDomain']}"
            self.say(f"{self.wishes.domain} does not point anywhere yet: looking through {base}.")
        fetch = self.fetch or smoke.fetch_from(base)
        found = smoke.troubles(fetch)
        for _ in range(MORE_LOOKS if found else 0):  # a distribution that has just changed needs a moment
            time.sleep(self.poll_s)
            found = smoke.troubles(fetch)
            if not found:
                break
        if found:
            raise StackFailed("It is deployed and does not answer as it should:\n" + "\n".join(found))

    def _would_be_lost(self) -> list[str]:
        found = []
        deployed = self.account.client("cloudformation").get_template(StackName=self.wishes.stack)["TemplateBody"]
        for name in ("Table", "Files"):
            if deployed["Resources"][name].get("DeletionPolicy") != "Retain":
                found.append(f"{name} would be deleted with its data: deploy this checkout first.")
        # the two other queues hold nudges: what they say is in the table as well
        queues = {"Dead letters": "DeadLetters", "Events of mails": "MailQueue"}
        sqs = self.account.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]  # somebody may be reading them
        for what, name in queues.items():
            url = self.stack.physical(name)
            counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            if any(int(counted[name]) for name in names):
                found.append(f"{what} would be lost: read {url} and purge it first, or wait until it is empty.")
        return found


def resolves(host: str) -> bool:
    """Whether the name leads somewhere."""
    try:
        socket.getaddrinfo(host, 443)
    except OSError:
        return False
    return True


def _deployment(stage: str) -> Deployment:
    """The stage as its file says; Missing tells what is wrong with the file and with the credentials together."""
    sentences: list[str] = []
    wishes: Wishes | None = None
    try:
        wishes = read(stage)
    except Missing as missing:
        sentences += missing.sentences
    account = Account(where(stage))
    try:
        account.number()
        if wishes is None and STAGE.fullmatch(stage):  # a wrong file does not hide what else is missing
            sentences += aws_account.missing_secrets(account, f"/aldia/{stage}")
    except Missing as missing:
        sentences += missing.sentences
    if wishes is None or sentences:
        raise Missing(*sentences)
    return Deployment(account, wishes)


def main(arguments: Sequence[str]) -> int:
    """Do what is asked; the exit code."""
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    what, stage = arguments
    try:
        deployment = _deployment(stage)
        works: dict[str, Callable[[], object]] = {
            "plan": deployment.plan,
            "deploy": deployment.deploy,
            "rollback": deployment.rollback,
            "destroy": deployment.destroy,
            "mail-stop": lambda: deployment.set_mail(goes=False),
            "mail-go": lambda: deployment.set_mail(goes=True),
        }
        works[what]()
    except Missing as missing:
        print(f"Before that:\n{missing}", file=sys.stderr)
        return 1
    except (StackFailed, NotPackaged, ClientError, BotoCoreError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
