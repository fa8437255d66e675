"""CloudFormation: from whatever state a stack is in to the wanted one, by change sets that can be read first."""

import time
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.account import Account

POLL_S, LONGEST_S = 5.0, 45 * 60.0
NOTHING = ("didn't contain changes", "No updates are to be performed")
HALF_MADE = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


class StackFailed(Exception):
    """CloudFormation did not get there; the message says what it told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that would change."""

    action: str  # Add | Modify | Remove | Import
    name: str
    kind: str
    is_replaced: bool

    def __str__(self) -> str:
        return f"{self.action:7} {self.name} ({self.kind}){', REPLACED' if self.is_replaced else ''}"


class Stack:
    """One stack of an account."""

    def __init__(self, account: Account, name: str, *, poll_s: float = POLL_S) -> None:
        self._account, self.name, self._poll_s = account, name, poll_s
        self._cfn = account.client("cloudformation")

    def state(self) -> str:
        """CloudFormation's word; empty when there is no stack."""
        found = self._found()
        return str(found["StackStatus"]) if found else ""

    def outputs(self) -> dict[str, str]:
        """What the template gives back."""
        found = self._found() or {}
        return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])}

    def parameters(self) -> dict[str, str]:
        """What the stack was last deployed with (secrets as stars)."""
        found = self._found() or {}
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])}

    def _found(self) -> dict[str, Any] | None:
        try:
            found = self._cfn.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return found[0] if found and found[0]["StackStatus"] != "DELETE_COMPLETE" else None

    def physical(self, name: str) -> str:
        """CloudFormation's id of a resource, by its name in the template; of a queue that is its address."""
        found = self._cfn.describe_stack_resource(StackName=self.name, LogicalResourceId=name)
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def _whole(self) -> str:
        """The state, when a change can start from it as it is."""
        state = self.state()
        is_busy = state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS"
        if is_busy or state in (*HALF_MADE, "UPDATE_ROLLBACK_FAILED"):
            raise StackFailed(f"The stack is {state}. A plan repairs nothing: `make deploy` does, then ask again.")
        return state

    def repair(self) -> str:
        """Bring what an interrupted run left into a state that a change can start from; that state."""
        state = self.settled()
        if state in HALF_MADE:  # the first creation failed: what must not be lost stays, and is taken over
            self.delete()
            return ""
        if state == "UPDATE_ROLLBACK_FAILED":
            self._cfn.continue_update_rollback(StackName=self.name)
            return self.settled()
        return state

    def prepare(
        self, template_url: str, parameters: dict[str, str], *, repair: bool = True
    ) -> tuple[str, list[Change]]:
        """A change set and what it would change; an empty name when nothing would.

        StackFailed when the stack must be repaired first and `repair` is off.
        """
        state = self.repair() if repair else self._whole()
        name = f"deploy-{time.time_ns()}"
        wish: dict[str, Any] = {
            "StackName": self.name,
            "ChangeSetName": name,
            "ChangeSetType": "CREATE" if state in ("", "REVIEW_IN_PROGRESS") else "UPDATE",
            "TemplateURL": template_url,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_IAM"],
            "ImportExistingResources": True,  # a table that outlived its stack is taken over, not made again
        }
        self._cfn.create_change_set(**wish)
        found = self._described(name)
        if found["Status"] == "FAILED":
            reason = found.get("StatusReason", "")
            self.forget(name)
            if any(word in reason for word in NOTHING):
                return "", []
            raise StackFailed(f"The change cannot be prepared: {reason}")
        return name, [_change(each["ResourceChange"]) for each in found.get("Changes", []) if "ResourceChange" in each]

    def _described(self, change_set: str) -> dict[str, Any]:
        until = time.monotonic() + LONGEST_S
        while True:
            found: dict[str, Any] = self._cfn.describe_change_set(StackName=self.name, ChangeSetName=change_set)
            if found["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                return found
            _wait(self._poll_s, until)

    def forget(self, change_set: str) -> None:
        """Take a prepared change back; a stack that was never made goes with it."""
        self._cfn.delete_change_set(StackName=self.name, ChangeSetName=change_set)
        if self.state() == "REVIEW_IN_PROGRESS":
            self._cfn.delete_stack(StackName=self.name)

    def execute(self, change_set: str) -> None:
        """Do it and wait. StackFailed with the first reasons; CloudFormation has gone back by itself then."""
        self._cfn.execute_change_set(StackName=self.name, ChangeSetName=change_set)
        state = self.settled()
        if state not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise StackFailed(f"The stack is {state}:\n" + "\n".join(self._reasons()))

    def settled(self) -> str:
        """Wait until nothing is in progress; the state then."""
        until = time.monotonic() + LONGEST_S
        state = self.state()
        while state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
            _wait(self._poll_s, until)
            state = self.state()
        return state

    def delete(self) -> None:
        """Delete it and wait; what the template retains stays."""
        self._cfn.delete_stack(StackName=self.name)
        state = self.settled()
        if state and state != "DELETE_COMPLETE":
            raise StackFailed(f"The stack is {state}:\n" + "\n".join(self._reasons()))

    def _reasons(self) -> list[str]:
        events = self._cfn.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [each for each in events if "FAILED" in each.get("ResourceStatus", "")]
        return [f"{each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in failed][-5:]


def _change(told: dict[str, Any]) -> Change:
    is_replaced = told.get("Replacement") in ("True", "Conditional")
    return Change(told["Action"], told["LogicalResourceId"], told["ResourceType"], is_replaced)


def _wait(seconds: float, until: float) -> None:
    if time.monotonic() > until:
        raise StackFailed("CloudFormation has not come to an end for too long: look at it, then run this again.")
    time.sleep(seconds)
