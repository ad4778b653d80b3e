#include "tests/bench/pages.h"

#include <string.h>

#define NAMESPACE "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\""
#define REQUEST_ID "<requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>"

#define RULE(port, cidr, words)                                                                    \
    "<item><ipProtocol>tcp</ipProtocol><fromPort>" port "</fromPort><toPort>" port                 \
    "</toPort><groups/><ipRanges><item><cidrIp>" cidr "</cidrIp><description>" words               \
    "</description></item></ipRanges><ipv6Ranges/><prefixListIds/></item>"

#define GROUP                                                                                                    \
    "<item><ownerId>111122223333</ownerId><groupId>sg-0a1b2c3d4e%06zx</groupId>"                                 \
    "<groupName>application</groupName><groupDescription>What the application needs"                             \
    "</groupDescription><vpcId>vpc-0a1b2c3d4e5f60718</vpcId><ipPermissions>" RULE(                               \
        "443", "10.0.0.0/8", "offices") RULE("22", "192.0.2.0/24", "bastions")                                   \
        RULE(                                                                                                    \
            "5432", "10.1.0.0/16",                                                                               \
            "the other side") "</ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/>"  \
                              "<ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><ipv6Ranges/>"        \
                              "<prefixListIds/></item></ipPermissionsEgress><tagSet><item><key>Name</key>"       \
                              "<value>application</value></item><item><key>team</key><value>core</value></item>" \
                              "<item><key>environment</key><value>production</value></item></tagSet>"            \
                              "<securityGroupArn>arn:aws:ec2:us-east-1:111122223333:security-group/sg-0a1b"      \
                              "</securityGroupArn></item>\n"

#define INSTANCE                                                                                    \
    "<item><reservationId>r-0a1b2c3d4e5f60718</reservationId><ownerId>111122223333</ownerId>"       \
    "<groupSet/><instancesSet><item><instanceId>i-0a1b2c3d4e%06zx</instanceId>"                     \
    "<imageId>ami-0a1b2c3d4e5f60718</imageId><instanceState><code>16</code><name>running</name>"    \
    "</instanceState><privateDnsName>ip-10-0-0-12.ec2.internal</privateDnsName><dnsName/><reason/>" \
    "<keyName>operations</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/>"                \
    "<instanceType>m5.large</instanceType><launchTime>2026-01-09T12:00:00.000Z</launchTime>"        \
    "<placement><availabilityZone>us-east-1a</availabilityZone><groupName/><tenancy>default"        \
    "</tenancy></placement><monitoring><state>disabled</state></monitoring>"                        \
    "<subnetId>subnet-0a1b2c3d4e5f60718</subnetId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId>"             \
    "<privateIpAddress>10.0.0.12</privateIpAddress><sourceDestCheck>true</sourceDestCheck>"         \
    "<groupSet><item><groupId>sg-0a1b2c3d4e5f60718</groupId><groupName>application</groupName>"     \
    "</item></groupSet><architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType>"     \
    "<rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda"     \
    "</deviceName><ebs><volumeId>vol-0a1b2c3d4e5f60718</volumeId><status>attached</status>"         \
    "<attachTime>2026-01-09T12:00:01.000Z</attachTime><deleteOnTermination>true"                    \
    "</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm"               \
    "</virtualizationType><clientToken>c0ffee00-0000-4000-8000-000000000000</clientToken><tagSet>"  \
    "<item><key>Name</key><value>application</value></item><item><key>team</key><value>core"        \
    "</value></item></tagSet><hypervisor>xen</hypervisor><networkInterfaceSet><item>"               \
    "<networkInterfaceId>eni-0a1b2c3d4e5f60718</networkInterfaceId>"                                \
    "<subnetId>subnet-0a1b2c3d4e5f60718</subnetId><vpcId>vpc-0a1b2c3d4e5f60718</vpcId>"             \
    "<description/><ownerId>111122223333</ownerId><status>in-use</status>"                          \
    "<macAddress>0a:1b:2c:3d:4e:5f</macAddress><privateIpAddress>10.0.0.12</privateIpAddress>"      \
    "<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0a1b2c3d4e5f60718"          \
    "</groupId><groupName>application</groupName></item></groupSet><attachment>"                    \
    "<attachmentId>eni-attach-0a1b2c3d4e5f60718</attachmentId><deviceIndex>0</deviceIndex>"         \
    "<status>attached</status><attachTime>2026-01-09T12:00:00.000Z</attachTime>"                    \
    "<deleteOnTermination>true</deleteOnTermination></attachment><interfaceType>interface"          \
    "</interfaceType></item></networkInterfaceSet><ebsOptimized>true</ebsOptimized>"                \
    "<hibernationOptions><configured>false</configured></hibernationOptions><metadataOptions>"      \
    "<state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2"             \
    "</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>"              \
    "<enclaveOptions><enabled>false</enabled></enclaveOptions></item></instancesSet></item>\n"

#define LOG_GROUP                                                                                  \
    "{\"logGroupName\":\"/aws/lambda/application-%06zx\",\"creationTime\":1767960000123,"          \
    "\"retentionInDays\":30,\"metricFilterCount\":2,\"arn\":\"arn:aws:logs:us-east-1:"             \
    "111122223333:log-group:/aws/lambda/application:*\",\"storedBytes\":123456789,"                \
    "\"kmsKeyId\":\"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-"               \
    "1234567890ab\",\"logGroupClass\":\"STANDARD\",\"logGroupArn\":\"arn:aws:logs:us-east-1:"      \
    "111122223333:log-group:/aws/lambda/application\"}"

#define FUNCTION                                                                                   \
    "{\"FunctionName\":\"application-%06zx\",\"FunctionArn\":\"arn:aws:lambda:us-east-1:"          \
    "111122223333:function:application\",\"Runtime\":\"python3.12\",\"Role\":"                     \
    "\"arn:aws:iam::111122223333:role/application\",\"Handler\":\"application.handler\","          \
    "\"CodeSize\":1048576,\"Description\":\"What the application does\",\"Timeout\":30,"           \
    "\"MemorySize\":512,\"LastModified\":\"2026-01-09T12:00:00.000+0000\",\"CodeSha256\":"         \
    "\"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\",\"Version\":\"$LATEST\",\"VpcConfig\":"      \
    "{\"SubnetIds\":[\"subnet-0a1b2c3d4e5f60718\",\"subnet-0a1b2c3d4e5f60719\"],"                  \
    "\"SecurityGroupIds\":[\"sg-0a1b2c3d4e5f60718\"],\"VpcId\":\"vpc-0a1b2c3d4e5f60718\","         \
    "\"Ipv6AllowedForDualStack\":false},\"Environment\":{\"Variables\":{\"STAGE\":"                \
    "\"production\",\"TABLE\":\"orders\"}},\"TracingConfig\":{\"Mode\":\"PassThrough\"},"          \
    "\"RevisionId\":\"c0ffee00-0000-4000-8000-000000000000\",\"Layers\":[],\"PackageType\":"       \
    "\"Zip\",\"Architectures\":[\"arm64\"],\"EphemeralStorage\":{\"Size\":512},\"SnapStart\":"     \
    "{\"ApplyOn\":\"None\",\"OptimizationStatus\":\"Off\"},\"LoggingConfig\":{\"LogFormat\":"      \
    "\"Text\",\"LogGroup\":\"/aws/lambda/application\"}}"

static const struct page_kind kinds[] = {
    { "groups", "ec2", "DescribeSecurityGroups", "SecurityGroups", "{\"MaxResults\":1000}",
      "text/xml", true,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeSecurityGroupsResponse " NAMESPACE
      ">" REQUEST_ID "<securityGroupInfo>",
      "", "</securityGroupInfo></DescribeSecurityGroupsResponse>", GROUP },
    { "instances", "ec2", "DescribeInstances", "Reservations[].Instances[]",
      "{\"MaxResults\":1000}", "text/xml", true,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeInstancesResponse " NAMESPACE
      ">" REQUEST_ID "<reservationSet>",
      "", "</reservationSet></DescribeInstancesResponse>", INSTANCE },
    { "logs", "logs", "DescribeLogGroups", "logGroups", "{\"limit\":50}",
      "application/x-amz-json-1.1", false, "{\"logGroups\":[", ",", "]}", LOG_GROUP },
    { "functions", "lambda", "ListFunctions", "Functions", "{\"MaxItems\":50}", "application/json",
      false, "{\"Functions\":[", ",", "],\"NextMarker\":null}", FUNCTION },
};

const struct page_kind *pages_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

bool pages_find(struct text name, const struct page_kind **out_kind, size_t *out_items)
{
    int64_t items = 0;
    struct text rest = name;
    char *first = text_copy(text_cut(&rest, '/'));
    const struct page_kind *kind = pages_kind(first);
    free(first);
    if (kind == NULL || !text_to_int64(rest, &items) || items < 0 || items > PAGES_ITEMS_MAX)
        return false;
    *out_kind = kind;
    *out_items = (size_t)items;
    return true;
}

/* The item's text around its one hole. */
static void write_item(const char *item, size_t number, struct buffer *out)
{
    const char *hole = strstr(item, "%06zx");
    buffer_append(out, item, (size_t)(hole - item));
    buffer_append_format(out, "%06zx", number);
    buffer_append_string(out, hole + strlen("%06zx"));
}

void pages_write(const struct page_kind *kind, size_t items, struct buffer *out)
{
    buffer_append_string(out, kind->before);
    for (size_t i = 0; i < items; i++) {
        if (i > 0)
            buffer_append_string(out, kind->between);
        write_item(kind->item, i, out);
    }
    buffer_append_string(out, kind->after);
}
