"""Every defence of every party has a lab that takes it away, or one sentence that says why none does."""

import pytest

from labs.coverage import Defence, defences, without_a_lab
from labs.syllabus import all_labs

LABS = all_labs()
DEFENCES = {defence.full: defence for defence in defences(LABS)}
# Those whose attack the syllabus calls a must or a should: a reason will not do.
PROMISED = {
    "auth_server": """redirect_uri_is_registered response_type_is_code challenge_method_is_s256 form_token_matches
        new_client_gets_modest_scopes public_client_asks_again error_waits_for_the_user page_cannot_be_framed
        redirect_turns_post_into_get client_address_is_not_forged new_code client_is_authenticated
        grant_type_is_offered code_belongs_to_client redirect_uri_is_unchanged verifier_matches_challenge
        verifier_has_a_challenge code_is_used_once refresh_token_belongs_to_client refresh_token_is_used_once
        refreshed_scope_is_not_wider client_id_is_chosen_by_us message_goes_to_the_registered_origin""",
    "resource_server": """token_is_in_the_header token_is_active token_is_meant_for_us scope_covers_the_request
        account_belongs_to_subject""",
    "client_app": """state_belongs_to_this_session issuer_is_the_one_we_asked form_token_matches
        redirect_stays_on_this_site""",
    "spa": "redirect_stays_on_this_site referrer_is_withheld",
    "js": "stateBelongsToThisTab issuerIsTheOneWeAsked senderIsTheAuthorizationServer tokensStayInMemory",
}


@pytest.mark.parametrize("defence", DEFENCES.values(), ids=DEFENCES)
def test_a_lab_takes_it_away_or_a_sentence_says_why_not(defence: Defence) -> None:
    assert bool(defence.labs) != bool(defence.reason)
    assert not defence.reason or (defence.reason.endswith(".") and len(defence.reason.split()) >= 5)
    assert not defence.twin or defence.twin in DEFENCES
    assert defence.says


@pytest.mark.parametrize("package", PROMISED)
def test_where_the_syllabus_promises_a_lab_no_reason_is_taken_for_one(package: str) -> None:
    assert [name for name in PROMISED[package].split() if not DEFENCES[f"{package}.{name}"].labs] == []


def test_the_table_names_nothing_that_is_not_there() -> None:
    named = {f"{package}.{name}" for package, names in without_a_lab().items() for name in names}
    taken_away = {lab.defence for lab in LABS.values()}
    assert named <= set(DEFENCES) and taken_away <= set(DEFENCES)
    assert not named & taken_away, "a lab needs no reason"
