"""The type files against AWS's own models, as botocore carries them."""
import botocore.session
import pytest

import type_files as tf

TYPES = tf.read_all()
MODELS = botocore.session.get_session()
HELD = 1000  # few enough to be in memory at once
# What AWS's prose says beside its model: more may be asked for and is not given.
GIVEN = {"aws_kms_alias": 100, "aws_lambda_function": 50}


def page_size(kind):
    """(argument that says the size of a page, its maximum); None where AWS says neither."""
    pages = MODELS.get_paginator_model(kind["service"])._paginator_config.get(kind["list"], {})
    shape = MODELS.get_service_model(kind["service"]).operation_model(kind["list"]).input_shape
    if "limit_key" not in pages or "max" not in shape.members[pages["limit_key"]].metadata:
        return None
    return pages["limit_key"], shape.members[pages["limit_key"]].metadata["max"]


@pytest.mark.parametrize("name", sorted(n for n in TYPES if page_size(TYPES[n])))
def test_pages_are_as_large_as_aws_allows(name):
    argument, most = page_size(TYPES[name])
    assert TYPES[name].get("with", {}).get(argument) == min(GIVEN.get(name, most), HELD)
