"""The client's page after "not me": it confirms that, and shows nothing of what is owed."""

from flask import Response, request
from markupsafe import Markup

from aldia import assets
from aldia.domain.case import Case
from aldia.pages.render import page


def page_of(
    token: str, case: Case, status: int = 200, *, by_owner: bool, errors: dict[str, str] | None = None
) -> Response:
    """The page; `by_owner`: the freelancer looks at it, and may not say that it was a slip.

    `errors` are sentences by field of the form that names the right person, with what was typed.
    """
    return page(
        "pages/not_you.html",
        status,
        token=token,
        from_name=case.account.name,
        email=case.account.email,
        is_shared=len(case.client.emails) > 1,
        is_named=case.client.suggested is not None,
        by_owner=by_owner,
        said=request.args.get("said", ""),
        errors=errors or {},
        typed=request.form if errors else {},
        pay_style=Markup(assets.pay_style()),  # noqa: S704  our own style sheet
    )
