"""A sign-in that counts failures by address alone."""

OLD = ("Failed sign-ins are counted for each address, and not for each person: five a minute.",)
# The limit for each person would end the attack, too, whatever the header says.
SETTINGS = {"auth": {"failed_sign_ins_per_address": 5, "failed_sign_ins_per_user": 10**6}}
