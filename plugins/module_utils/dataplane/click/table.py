# Copyright (c) 2026 The superfluidity.nfv authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The classes of Click elements that are known: what each does to packets, and what of it is left out."""

from __future__ import annotations

from typing import NamedTuple

from . import arp, checks, encapsulation, ethernet, ip, routing, switching, vlan
from .building import Build
from .classifier import classifier
from .filters import ip_classifier, ip_filter
from .icmp import icmp_error
from .nat import rewriter


class Known(NamedTuple):
    """``kind`` is modelled, passing, information or unmodelled; ``note`` what is left out, or why there is no model."""

    kind: str
    build: Build | None = None
    note: str = ""


# LookupIPRoute is an older name of StaticIPLookup.
MODELLED: dict[str, tuple[Build, str]] = {
    "Classifier": (classifier, "packets shorter than a pattern: bytes behind the known headers are an error of the model"),
    "IPClassifier": (ip_classifier, "`ip[…]` and `transp[…]`, masks with orders"),
    "IPFilter": (ip_filter, "`ip[…]` and `transp[…]`, masks with orders"),
    "CheckIPHeader": (checks.ip_header, "the checksum is right and the packet as long as it says"),
    "CheckIPHeader2": (checks.ip_header, "the packet is as long as it says"),
    "MarkIPHeader": (ip.mark, ""),
    "CheckTCPHeader": (checks.tcp_header, "the checksum is right and the packet as long as it says"),
    "CheckUDPHeader": (checks.udp_header, "the checksum is right and the packet as long as it says"),
    "CheckICMPHeader": (checks.icmp_header, "checksum and length are right"),
    "DecIPTTL": (ip.decrement, ""),
    "EtherEncap": (ethernet.encapsulate, ""),
    "EtherRewrite": (ethernet.rewrite, ""),
    "EtherMirror": (ethernet.mirror, ""),
    "HostEtherFilter": (ethernet.host_filter, "OFFSET; the packet type annotation"),
    "DropBroadcasts": (ethernet.drop_broadcasts, "the packet type is that of the Ethernet header at hand"),
    "Strip": (encapsulation.strip, ""),
    "Unstrip": (encapsulation.unstrip, ""),
    "StripIPHeader": (encapsulation.strip_header, "only where the data begins with the header; options fail"),
    "IPEncap": (encapsulation.ip_encapsulate, "length, identification and checksum are free; ECT and CE"),
    "UDPIPEncap": (encapsulation.udp_encapsulate, "lengths, identification and checksums are free"),
    "VLANEncap": (vlan.encapsulate, "other Ethernet types than 0x8100"),
    "VLANDecap": (vlan.decapsulate, "other Ethernet types than 0x8100"),
    "SetVLANAnno": (vlan.set_annotation, ""),
    "ARPResponder": (arp.responder, ""),
    "ARPQuerier": (arp.querier, "the queries; every address is found, with a free Ethernet address"),
    "IPMirror": (ip.mirror, ""),
    "SetIPDSCP": (ip.set_field, ""),
    "SetIPECN": (ip.set_field, ""),
    "ICMPError": (icmp_error, "free length, identification and checksum; the MTU; source routes"),
    "ICMPPingResponder": (ip.ping, ""),
    **dict.fromkeys(
        ("IPRewriter", "UDPRewriter", "TCPRewriter", "IPAddrRewriter"),
        (rewriter, "mappings of other packets; patterns by name, mappers; any port of a range may be chosen"),
    ),
    **dict.fromkeys(
        ("LookupIPRoute", "StaticIPLookup", "LinearIPLookup", "RadixIPLookup", "DirectIPLookup", "RangeIPLookup"),
        (routing.routes, "changes of the table while it runs"),
    ),
    "SortedIPLookup": (routing.routes, "changes of the table while it runs"),
    "GetIPAddress": (routing.get_address, "other annotations; an offset must be that of a whole field"),
    "SetIPAddress": (routing.set_address, "other annotations"),
    "StoreIPAddress": (routing.store_address, "an offset must be that of a whole field"),
    "Paint": (switching.paint, "other annotations"),
    "CheckPaint": (switching.check_paint, "other annotations"),
    "PaintTee": (switching.paint_tee, "other annotations"),
    "PaintSwitch": (switching.paint_switch, "other annotations"),
    **dict.fromkeys(("Switch", "StaticSwitch"), (switching.switch, "changes while it runs")),
    **dict.fromkeys(
        ("PullSwitch", "StaticPullSwitch", "SimplePullSwitch"), (switching.pull_switch, "changes while it runs")
    ),
    **dict.fromkeys(
        ("RoundRobinSwitch", "RandomSwitch", "HashSwitch", "StrideSwitch", "Meter", "BandwidthMeter"),
        (switching.any_output, "the output is a free choice"),
    ),
    **dict.fromkeys(("Tee", "PullTee"), (switching.copies, "a copy is followed as a choice of the network")),
    **dict.fromkeys(
        (
            "RandomSample", "RatedSplitter", "BandwidthRatedSplitter",
            "CheckLength", "Block",
        ),
        (switching.maybe, "which packets is a free choice"),
    ),
    **dict.fromkeys(("Discard", "Idle"), (switching.discard, "")),
    "IPRateMonitor": (switching.monitor, "the rates"),
    "ToDump": (switching.gauge, ""),
}  # fmt: skip
PASSING = (
    "Queue", "SimpleQueue", "ThreadSafeQueue", "NotifierQueue", "FrontDropQueue", "MixedQueue", "FullNoteQueue", "Unqueue",
    "RatedUnqueue", "BandwidthRatedUnqueue", "DelayUnqueue", "LinkUnqueue", "TimedUnqueue", "DelayShaper", "Shaper",
    "BandwidthShaper", "Burster", "Null", "PushNull", "PullNull", "Counter", "AverageCounter",
    "TimestampAccum", "Print", "IPPrint", "ARPPrint", "SetTimestamp", "Align",
    "AggregateCounter", "SetTCPChecksum", "SetUDPChecksum", "SetIPChecksum", "SetCycleCount", "CycleCountAccum",
    "RoundRobinSched", "PrioSched", "SimplePrioSched", "StrideSched",
)  # fmt: skip
INFORMATION = (
    "AddressInfo", "PortInfo", "ScheduleInfo", "AlignmentInfo", "Message", "ControlSocket", "ChatterSocket", "DriverManager",
    "Script", "ErrorElement",
)  # fmt: skip
UNMODELLED = {
    "IPFragmenter": "it makes fragments of packets, whose length is not known",
    "IPReassembler": "it joins packets",
    "FixIPSrc": "it depends on an annotation of ICMPError that is not kept",
    "IPGWOptions": "IP options are not in the header memory",
    "IPAddrPairRewriter": "its mappings are of pairs of addresses",
    "ICMPRewriter": "it depends on the mappings of another element",
    "ICMPPingRewriter": "it keeps mappings of echo identifiers",
    "IPRewriterPatterns": "patterns by name are not modelled",
    "RoundRobinIPMapper": "it chooses by the flows before",
    "EtherSwitch": "it learns from the packets before",
    "ListenEtherSwitch": "it learns from the packets before",
    "EtherSpanTree": "it takes part in a protocol",
    "EtherVLANEncap": "it writes a whole header from an annotation",
    "Truncate": "the length of packets is not known",
    "CPUSwitch": "it chooses by the processor",
    "ICMPPingSource": "it makes packets",
    "TimeFilter": "time is not modelled",
    "StoreTimestamp": "it writes into the packet",
    "StoreData": "it writes bytes anywhere",
    "Resize": "the length of packets is not known",
    "StripToNetworkHeader": "it strips up to an annotation",
    "TCPIPSend": "it makes packets",
}
KNOWN: dict[str, Known] = {
    **{name: Known("modelled", build, note) for name, (build, note) in MODELLED.items()},
    **{name: Known("passing", switching.passing) for name in PASSING},
    **{name: Known("information") for name in INFORMATION},
    **{name: Known("unmodelled", note=note) for name, note in UNMODELLED.items()},
}
# Devices: the parameter that names the port.
SOURCES = (
    "FromDevice",
    "PollDevice",
    "FromDPDKDevice",
    "FromHost",
)
SINKS = ("ToDevice", "ToDPDKDevice", "ToHost", "ToHostSniffers")
MAKERS = ("InfiniteSource", "RatedSource", "TimedSource", "RandomSource", "FromDump", "FromIPSummaryDump")
