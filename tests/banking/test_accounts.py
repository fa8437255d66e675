"""Account numbers by country: published numbers are right, and one wrong digit never is."""

import pytest

from aldia.banking import accounts

RIGHT = {
    "iban": ("ES91 2100 0418 4502 0005 1332", "CR05 0152 0200 1026 2840 66"),
    "clabe": ("032180000118359719", "032 180 00011835971 9"),
    "cci": ("011-241-000190006582-70", "011-366-000100032542-21"),
    "cbu": ("2850590940090418135201", "0170099220000067797370"),
    "aba": ("021000021",),
    "rut": ("76354771-K", "12.345.678-5"),
    "cuit": ("20-12345678-6",),
    "ruc": ("20100070970",),
    "nit": ("800.197.268-4",),
}


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in RIGHT.items() for text in texts])
def test_a_right_number_is_kept_without_its_spaces_and_one_changed_digit_is_refused(check, text):
    kept = accounts.checked(check, text)
    assert kept == "".join(sign for sign in text if sign.isalnum())
    for place, sign in enumerate(kept):
        if sign.isdigit():
            wrong = kept[:place] + str((int(sign) + 1) % 10) + kept[place + 1 :]
            assert accounts.checked(check, wrong) is None, wrong


@pytest.mark.parametrize("check", ["iban", "bic", "clabe", "cci", "cbu", "aba", "rut", "cuit", "nit", "ruc", "account"])
def test_nonsense_is_no_number(check):
    for text in ("", "x", "٣" * 18, "0" * 7 + "x", "<script>", "9" * 60):
        assert accounts.checked(check, text) is None, text


def test_every_kind_has_its_fields_and_every_country_that_we_know_its_kind():
    assert {country: accounts.kind_of_country(country) for country in ("ES", "MX", "CO", "CL", "AR", "PE", "US")} == {
        "ES": "iban", "MX": "clabe", "CO": "co", "CL": "cl", "AR": "cbu", "PE": "cci", "US": "aba",
    }  # fmt: skip
    assert accounts.kind_of_country("JP") == "other"
    for kind in accounts.kinds():
        assert {field.name for field in accounts.fields(kind)} <= set(accounts.FIELDS)
        assert any(field.name == "number" and field.is_needed for field in accounts.fields(kind))
