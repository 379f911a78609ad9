"""Clients that serve all tests: to make one takes longer than a test. Whichever AWS of moto is on answers them."""

import functools

import boto3

from facebook_session import aws

client = functools.cache(boto3.client)
of_functions = functools.cache(aws.client)
"""As the functions have them."""
resource = functools.cache(boto3.resource)
