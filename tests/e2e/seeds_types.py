"""At least one of everything in EC2, autoscaling and load balancing, for test_equals_boto3."""

# What moto does not serve, with its words: a type, or a pair of type and part.
MOTO_LACKS = {}
