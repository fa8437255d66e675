"""stack.yaml as CloudFormation takes it: aliases resolved, short tags in their long form."""

import json
from pathlib import Path
from typing import Any

import yaml

STACK = Path(__file__).with_name("stack.yaml")
LONG = {"Ref": "Ref", "Condition": "Condition"}  # every other tag !X is Fn::X


class _Loader(yaml.SafeLoader):
    """Safe YAML with CloudFormation's tags."""


def _tagged(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if name == "GetAtt":
            value = str(value).split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise ValueError(f"!{name} of a mapping is not used here")
    return {LONG.get(name, f"Fn::{name}"): value}


_Loader.add_multi_constructor("!", _tagged)


def load() -> dict[str, Any]:
    """The template as plain values."""
    return dict(yaml.load(STACK.read_text("utf-8"), _Loader))  # noqa: S506  a safe loader of our own


def as_json(stage: str, account: str, region: str) -> str:
    """The template for CloudFormation: the same text for the same stage.

    What outlives its stack is named literally: only so does a new stack take it over (ImportExistingResources).
    """
    whole = load()
    del whole["Metadata"]
    own = whole["Resources"]
    own["Table"]["Properties"]["TableName"] = f"aldia-{stage}"
    own["Files"]["Properties"]["BucketName"] = f"aldia-{stage}-files-{account}-{region}"
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
