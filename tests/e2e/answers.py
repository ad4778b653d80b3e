"""Changing the lists in moto's XML answers: their order, their pages, their items."""
import xml.etree.ElementTree as ET

from proxy import Reply

# operation -> the element that holds the list's items
LISTS = {
    "DescribeSecurityGroups": "securityGroupInfo", "DescribeNetworkInterfaces": "networkInterfaceSet",
    "DescribeInstances": "reservationSet", "DescribeAddresses": "addressesSet", "DescribeVpcs": "vpcSet",
    "DescribeSubnets": "subnetSet", "DescribeManagedPrefixLists": "prefixListSet",
    "GetManagedPrefixListEntries": "entrySet", "ListUsers": "Users", "ListRoles": "Roles",
    "ListVirtualMFADevices": "VirtualMFADevices", "ListBuckets": "Buckets",
}
# lists inside an item whose order means nothing
INNER_LISTS = {"tagSet", "ipPermissions", "ipPermissionsEgress", "ipRanges", "ipv6Ranges", "groups", "prefixListIds", "groupSet", "Tags"}


def local(element):
    return element.tag.rsplit("}", 1)[-1]


def parse(body):
    root = ET.fromstring(body)
    if root.tag.startswith("{"):
        ET.register_namespace("", root.tag[1:].split("}")[0])
    return root


def find(root, name):
    return next((e for e in root.iter() if local(e) == name), None)


def text_of(element):
    return ET.tostring(element, encoding="unicode")


def body_of(root):
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root)


def changed(call, reply, change):
    """The reply with `change(root, list element)` done to its tree; None for what holds no list."""
    if reply.status != 200 or call.operation not in LISTS:
        return None
    root = parse(reply.body)
    holder = find(root, LISTS[call.operation])
    if holder is None:
        return None
    change(root, holder)
    return Reply(200, body_of(root), reply.headers)


def refill(holder, items):
    for old in list(holder):
        holder.remove(old)
    holder.extend(items)


def turn_inner_lists(item):
    for element in item.iter():
        if local(element) in INNER_LISTS:
            refill(element, list(element)[::-1])


def rearranged(call, reply, arrange):
    def change(root, holder):
        items = arrange(list(holder))
        for item in items:
            turn_inner_lists(item)
        refill(holder, items)
    return changed(call, reply, change)


def with_item(call, reply, item_xml):
    return changed(call, reply, lambda root, holder: holder.append(ET.fromstring(item_xml)))


class Pager:
    """Pages of `size` items out of moto's one answer. The token is the offset: every page asks moto
    again, so that what changes between two pages shows as it would in a cloud."""

    TOKENS = {"ec2": ("NextToken", "nextToken"), "query": ("Marker", "Marker")}

    def __init__(self, size, arrange=None):
        self.size, self.arrange = size, arrange or (lambda items, page: items)

    def request(self, call, body):
        limit = "MaxResults" if call.protocol == "ec2" else "MaxItems"
        return call.with_params(**{self.TOKENS[call.protocol][0]: None, limit: None})

    def after(self, call, reply):
        asked, given = self.TOKENS[call.protocol]
        offset = int(call.params.get(asked) or 0)

        def change(root, holder):
            items = self.arrange(list(holder), offset // self.size)
            refill(holder, items[offset:offset + self.size])
            more = offset + self.size < len(items)
            outer = root if call.protocol == "ec2" else find(root, f"{call.operation}Result")
            for old in [e for e in outer if local(e) in (given, "IsTruncated")]:
                outer.remove(old)
            prefix = root.tag.split("}")[0] + "}" if root.tag.startswith("{") else ""
            if call.protocol == "query":
                ET.SubElement(outer, f"{prefix}IsTruncated").text = "true" if more else "false"
            if more:
                ET.SubElement(outer, f"{prefix}{given}").text = str(offset + self.size)
        return changed(call, reply, change)
