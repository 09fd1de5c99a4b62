// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// Everything about a farm at ingress that rules have to say, for one family: as ``Shape`` is for farms that the kernel's
/// connection tracking serves.
public struct IngressShape: Sendable, Hashable {
    /// The family of its packets.
    public var family: AddressFamily
    /// How a backend is chosen, and how clients are known again; limits, helpers and queues need connections.
    public var shape: Shape
    /// Whether policies guard its farms.
    public var isGuarded: Bool
    /// Destinations are translated, and the way back is remembered for so many seconds; nil: frames are sent on as they are.
    public var responseLifetime: UInt32?

    /// A shape.
    public init(family: AddressFamily, shape: Shape, isGuarded: Bool = false, responseLifetime: UInt32? = nil) {
        self.family = family
        self.shape = shape
        self.isGuarded = isGuarded
        self.responseLifetime = responseLifetime
    }

    private var table: TableFamily { TableFamily(family) }

    /// The chain for each packet.
    public var chain: Chain { Chain(digesting: rules, prefix: "s\(family.digit)-", comment: comment) }

    /// The chains that it leads to and that stand for its sake.
    var furtherChains: [Chain] {
        var chains = [beginning]
        if drawsApart { chains.append(drawing) }
        if let responseLifetime {
            chains.append(StatelessTranslation.forth(family, seconds: responseLifetime))
        }
        return chains
    }

    /// The maps and sets that its chains use and that stand for their sake alone.
    var sets: [SetDeclaration] {
        shape.sets(in: table).map { $0.atIngress(family) }
    }

    /// What it is, for people: `dsr rr M=61`.
    public var comment: String {
        let mode = responseLifetime.map { "stlsdnat/\($0)s" } ?? "dsr"
        return mode + shape.comment.dropFirst("nat".count) + (isGuarded ? " guarded" : "")
    }

    // MARK: Each packet

    private static let isMarked = Statement.match(.meta(.mark), .notEqual, .constant(.mark(0)))
    private static let unmarked = Statement.match(.meta(.mark), .matches, .constant(.mark(0)))

    private var rules: [Rule] {
        let guarded =
            isGuarded
            ? [
                Rule(.setPriority(.lookup(.meta(.priority), map: Maps.guards.name))),
                Rule(.verdictMap(.masked(.meta(.priority), Register.shapeMask), map: Maps.policyLists.name)),
                Shape.keepFarm,
            ] : []
        let learn = shape.persistence?.learn(in: table).map { $0.atIngress(family) } ?? []
        return [Shape.keepFarm] + guarded
            + [
                Rule(Self.unmarked, .verdict(.jump(beginning.name))),
                Rule(Self.unmarked, .verdict(.return)),
            ]
            + renewFlow + [Fragments.remember(family)] + learn
            + (shape.isCounted ? [Rule(.count(.meta(.mark), in: IngressMaps.sent.name))] : [])
            + [Rule(.verdict(.goto(ending)))]
    }

    private var ending: String {
        responseLifetime.map { StatelessTranslation.name(family, seconds: $0) } ?? IngressChains.sendName
    }

    private func rememberFlow(_ seconds: UInt32) -> Statement {
        .remember(FlowKey.flow(family), data: .meta(.mark), seconds: seconds, in: IngressMaps.flows.name)
    }

    /// SYN, FIN and RST are bits 1, 0 and 2 of TCP's flags, ACK is bit 4 (RFC 9293, 3.1).
    private static let endsOrBegins: UInt32 = 0b111
    private static let synOfThese: (mask: UInt32, value: UInt32) = (0b1_0010, 0b10)

    private var renewFlow: [Rule] {
        let flags = Expression.masked(.field(.tcpFlags), Self.endsOrBegins)
        return [
            Rule(.match(flags, .equal, .constant(.mark(0))), rememberFlow(FlowMemory.connections)),
            Rule(.match(flags, .notEqual, .constant(.mark(0))), rememberFlow(FlowMemory.ends)),
            Rule(Self.isNoTCP, rememberFlow(FlowMemory.datagrams)),
        ]
    }

    static let isNoTCP = Statement.match(
        .meta(.transport), .notEqual, .constant(.transport(ServiceTransport.tcp.number)))

    /// A packet of TCP that does not begin a connection: it belongs to a flow that is not remembered.
    static let isLater = Statement.match(
        .masked(.field(.tcpFlags), synOfThese.mask), .notEqual, .constant(.mark(synOfThese.value)))

    /// A packet that begins a connection of TCP.
    static let isFirst = Statement.match(
        .masked(.field(.tcpFlags), synOfThese.mask), .equal, .constant(.mark(synOfThese.value)))

    // MARK: First packets of flows

    /// The chain for packets of flows that are not remembered.
    private var beginning: Chain {
        let recall = shape.persistence?.recall(in: table).map { $0.atIngress(family) } ?? []
        let choose = drawsApart ? [Rule(Self.unmarked, .verdict(.jump(drawing.name)))] : choose
        // A first packet that comes again. What was another farm's is forgotten, and what a backend had that is down.
        let again = [
            Rule(FlowMemory.recall(family)),
            Rule(
                Self.isMarked,
                .notMember(.concatenation([.meta(.priority), .meta(.mark)]), of: IngressMaps.reachable.name),
                FlowMemory.forget(family), FlowMemory.forgetMark),
            Rule(
                Self.isMarked, .notMember(.meta(.mark), of: IngressMaps.usable.name), FlowMemory.forget(family),
                FlowMemory.forgetMark),
            Rule(Self.isMarked, .verdict(.return)),
        ]
        var rules = again + recall + choose
        rules += [Rule(Self.unmarked, .verdict(.return)), Rule(Self.isLater, .verdict(.return))]
        if shape.logsInput {
            rules.append(LogLine.write(by: .meta(.priority), in: MapKind.logInput.declaration(in: table)))
            rules.append(Shape.keepFarm)
        }
        if shape.isCounted { rules.append(Rule(.count(.meta(.mark), in: IngressMaps.begun.name))) }
        return Chain(digesting: rules, prefix: "n\(family.digit)-", comment: "first packets of flows")
    }

    private var choose: [Rule] { shape.choose(in: table).map { $0.atIngress(family) } }

    /// Whether the choice is another one for each packet.
    private var drawsApart: Bool {
        switch shape.choice {
        case .turn, .lot: true
        case .hash, .symmetricHash, .proxy: false
        }
    }

    /// In turn or by lot: what was drawn must be remembered before it counts. Where there is no room, and for packets in the
    /// middle of a flow, its hash decides, which says the same for all its packets.
    private var drawing: Chain {
        let byHash = Statement.setPacketMark(
            .lookup(
                .concatenation([
                    .meta(.priority),
                    .hash(FlowKey.tuple(family), modulus: shape.slotCount.alwaysFilled, seed: Shape.hashSeed),
                ]), map: IngressMaps.slots(family).name))
        let rules =
            [Rule(Self.isLater, byHash), Rule(Self.isLater, .verdict(.return))] + choose
            + [
                Rule(Self.isMarked, rememberFlow(FlowMemory.ends)), Rule(FlowMemory.forgetMark),
                Rule(FlowMemory.recall(family)),
                Rule(Self.unmarked, byHash),
            ]
        return Chain(digesting: rules, prefix: "d\(family.digit)-", comment: "draw, and remember the flow")
    }
}

extension IngressShape: NumberedChain {
    static var map: SetDeclaration { Maps.shapes }

    func chainName(in family: TableFamily) -> String { chain.name }
}
