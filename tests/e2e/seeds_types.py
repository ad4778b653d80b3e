"""At least one of everything in EC2, autoscaling and load balancing, for test_equals_boto3."""
from estate import ANYWHERE, ANYWHERE6, DATA, EAST, SHOP, TOKYO, ZERO, tag_specifications

# What moto does not serve, with its words: a type, or a pair of type and part.
UNKNOWN = "500 Internal Server Error"  # "has not been implemented" stands in moto's own log only
MOTO_LACKS = dict.fromkeys(("aws_ec2_image_block_public_access", "aws_ec2_instance_metadata_defaults", "aws_ec2_security_group_vpc_association",
                            "aws_ec2_snapshot_block_public_access", "aws_ec2_vpc_block_public_access_exclusion", "aws_ec2_vpc_block_public_access_options"), UNKNOWN)

NAMED = [("Name", "seeded"), ("team", "net")]


def seed_ec2_ways_in_and_out(estate):
    """A network with every kind of gateway, its routes, guards and options."""
    ec2, vpc = estate.ec2(ZERO, TOKYO), estate.names[ZERO, TOKYO, "vpc"]
    own = ec2.create_vpc(CidrBlock="10.20.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=own, CidrBlock="10.20.1.0/24")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway(TagSpecifications=tag_specifications("internet-gateway", NAMED))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=own)
    only_out = ec2.create_egress_only_internet_gateway(VpcId=own)["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, TagSpecifications=tag_specifications("natgateway", NAMED))["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=own, TagSpecifications=tag_specifications("route-table", NAMED))["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)
    ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock=ANYWHERE6, EgressOnlyInternetGatewayId=only_out)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="198.51.100.0/24", NatGatewayId=nat)
    guard = ec2.create_network_acl(VpcId=own)["NetworkAcl"]["NetworkAclId"]
    ec2.create_network_acl_entry(NetworkAclId=guard, RuleNumber=100, Protocol="6", RuleAction="allow", Egress=False, CidrBlock=ANYWHERE,
                                 PortRange={"From": 22, "To": 22})
    ec2.create_network_acl_entry(NetworkAclId=guard, RuleNumber=110, Protocol="1", RuleAction="deny", Egress=True, CidrBlock=ANYWHERE,
                                 IcmpTypeCode={"Type": -1, "Code": -1})
    options = ec2.create_dhcp_options(DhcpConfigurations=[{"Key": "domain-name-servers", "Values": ["198.41.0.4", "AmazonProvidedDNS"]},
                                                          {"Key": "domain-name", "Values": ["example.org"]}])["DhcpOptions"]["DhcpOptionsId"]
    ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=own)
    gone = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=gone)
    estate.names[ZERO, TOKYO, "own vpc"] = own
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{TOKYO}.s3", VpcEndpointType="Gateway",
                            RouteTableIds=[ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]])
    ec2.create_vpc_endpoint(VpcId=own, ServiceName=f"com.amazonaws.{TOKYO}.ssm", VpcEndpointType="Interface", SubnetIds=[subnet], PrivateDnsEnabled=True)


def seed_ec2_flow_logs(estate):
    role = f"arn:aws:iam::{SHOP}:role/flow-logs"
    estate.client("s3", SHOP, EAST).create_bucket(Bucket="shop-flow-logs")
    ec2, vpc = estate.ec2(SHOP, EAST), estate.names[SHOP, EAST, "vpc"]
    ec2.create_flow_logs(ResourceType="VPC", ResourceIds=[vpc], TrafficType="ALL", LogDestinationType="s3", LogDestination="arn:aws:s3:::shop-flow-logs/vpc",
                         LogFormat="${version} ${vpc-id} ${srcaddr} ${dstaddr} ${dstport}", MaxAggregationInterval=60,
                         TagSpecifications=tag_specifications("vpc-flow-log", NAMED))
    ec2.create_flow_logs(ResourceType="Subnet", ResourceIds=[estate.names[SHOP, EAST, "subnet"]], TrafficType="REJECT", LogGroupName="flows",
                         DeliverLogsPermissionArn=role)


def seed_ec2_peering(estate):
    """Between two accounts, and between two regions of one."""
    def peer(account, region, other, other_region):
        ec2, there = estate.ec2(account, region), estate.ec2(other, other_region)
        theirs = there.create_vpc(CidrBlock="10.77.0.0/16")["Vpc"]["VpcId"]
        return ec2.create_vpc_peering_connection(VpcId=estate.names[account, region, "vpc"], PeerVpcId=theirs, PeerOwnerId=other,
                                                 PeerRegion=other_region)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    estate.ec2(DATA, EAST).accept_vpc_peering_connection(VpcPeeringConnectionId=peer(SHOP, EAST, DATA, EAST))
    estate.ec2(ZERO, TOKYO).accept_vpc_peering_connection(VpcPeeringConnectionId=peer(ZERO, EAST, ZERO, TOKYO))
    peer(DATA, TOKYO, DATA, TOKYO)


def seed_ec2_storage(estate):
    ec2 = estate.ec2(DATA, EAST)
    volume = ec2.create_volume(AvailabilityZone=f"{EAST}a", Size=8, VolumeType="gp3", Encrypted=True, TagSpecifications=tag_specifications("volume", NAMED))["VolumeId"]
    ec2.create_snapshot(VolumeId=volume, Description="kept for us")
    shown = ec2.create_snapshot(VolumeId=volume, Description="shown to all", TagSpecifications=tag_specifications("snapshot", NAMED))["SnapshotId"]
    ec2.modify_snapshot_attribute(SnapshotId=shown, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
    machine = estate.instance(DATA, EAST, estate.names[DATA, EAST, "subnet"], estate.names[DATA, EAST, "split-in-two"], "to-be-copied")
    ec2.create_image(InstanceId=machine, Name="ours", Description="kept for us")
    public = ec2.create_image(InstanceId=machine, Name="everybodys", TagSpecifications=tag_specifications("image", NAMED))["ImageId"]
    ec2.modify_image_attribute(ImageId=public, Attribute="launchPermission", OperationType="add", UserGroups=["all"])
    ec2.enable_ebs_encryption_by_default()


def seed_ec2_what_comes_and_goes(estate):
    """Members of something: of a node pool, a cluster, a plan of backups."""
    ec2, subnet = estate.ec2(ZERO, EAST), estate.names[ZERO, EAST, "subnet"]
    for described in ("Amazon EKS books", f"arn:aws:ecs:{EAST}:{ZERO}:attachment/0a1b", "somebody's own"):
        ec2.create_network_interface(SubnetId=subnet, Description=described)
    ec2.create_network_interface(SubnetId=subnet, TagSpecifications=tag_specifications("network-interface", [("cluster.k8s.amazonaws.com/name", "books")]))
    for name, described in (("k8s-shop-web-0a1b2c", "[k8s] Managed SecurityGroup for LoadBalancer"), ("k8s-elb-0a1b2c", "Security group for Kubernetes ELB"),
                            ("k8s-administrators", "made by hand")):
        ec2.create_security_group(GroupName=name, Description=described, VpcId=estate.names[ZERO, EAST, "vpc"])
    volume = ec2.create_volume(AvailabilityZone=f"{EAST}a", Size=1, TagSpecifications=tag_specifications("volume", [("karpenter.sh/nodepool", "general")]))["VolumeId"]
    backed = tag_specifications("snapshot", [("aws:backup:source-resource", f"arn:aws:ec2:{EAST}:{ZERO}:volume/{volume}")])
    ec2.create_snapshot(VolumeId=volume, TagSpecifications=backed)
    machine = estate.instance(ZERO, EAST, subnet, estate.names[ZERO, EAST, "inside"], "to-be-backed-up")
    backed = tag_specifications("image", [("aws:backup:source-resource", f"arn:aws:ec2:{EAST}:{ZERO}:instance/{machine}")])
    ec2.create_image(InstanceId=machine, Name="AwsBackup_1", TagSpecifications=backed)


def seed_autoscaling(estate):
    ec2, groups = estate.ec2(SHOP, TOKYO), estate.client("autoscaling", SHOP, TOKYO)
    template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"})["LaunchTemplate"]
    groups.create_auto_scaling_group(AutoScalingGroupName="web", MinSize=1, MaxSize=3, DesiredCapacity=2, VPCZoneIdentifier=estate.names[SHOP, TOKYO, "subnet"],
                                     LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "1"},
                                     Tags=[{"Key": "team", "Value": "web", "PropagateAtLaunch": True, "ResourceId": "web", "ResourceType": "auto-scaling-group"}])


def seed_elb(estate):
    elb = estate.client("elb", ZERO, EAST)
    for name in ("old-one", "older-one"):
        elb.create_load_balancer(LoadBalancerName=name, Subnets=[estate.names[ZERO, EAST, "subnet"]], SecurityGroups=[estate.names[ZERO, EAST, "ssh-anywhere"]],
                                 Listeners=[{"Protocol": "tcp", "LoadBalancerPort": 80, "InstanceProtocol": "tcp", "InstancePort": 8080}],
                                 Tags=[{"Key": "team", "Value": name}])


def seed_elbv2(estate):
    elbv2, ec2 = estate.client("elbv2", SHOP, EAST), estate.ec2(SHOP, EAST)
    vpc = estate.names[SHOP, EAST, "vpc"]
    subnets = [s["SubnetId"] for s in ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]][:2]
    for kind, protocol, port in (("application", "HTTP", 80), ("network", "TCP", 443)):
        balancer = elbv2.create_load_balancer(Name=f"shop-{kind}", Subnets=subnets, Scheme="internet-facing", Type=kind,
                                              Tags=[{"Key": "team", "Value": kind}])["LoadBalancers"][0]["LoadBalancerArn"]
        group = elbv2.create_target_group(Name=f"shop-{kind}", Protocol=protocol, Port=8080, VpcId=vpc, TargetType="ip",
                                          Tags=[{"Key": "team", "Value": kind}])["TargetGroups"][0]["TargetGroupArn"]
        elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "172.31.0.10", "Port": 8080}])
        for at in (port, port + 1):
            elbv2.create_listener(LoadBalancerArn=balancer, Protocol=protocol, Port=at, DefaultActions=[{"Type": "forward", "TargetGroupArn": group}])
