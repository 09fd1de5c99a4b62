// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import Nftables

/// What the elements of a farm say about packets of one family, wherever they are looked at.
public struct FlowPart: Sendable {
    /// What the rules for its first packets say.
    var shape: Shape
    /// The mark in each slot, 0 for an empty one.
    var slots: [UInt32]
    /// Its static sessions.
    var sessions: CompiledFragment.Sessions?
    /// The backends that may serve clients that they know.
    var targets: [UInt32: Target]
    /// Where the kernel learns its sessions; nil: it learns none.
    var learnt: SetReading?

    /// A backend as its flows see it.
    public struct Target: Sendable, Equatable {
        /// Where they seem to come from; nil: an address of the balancer, by the route.
        public var source: IPAddress?
        /// Where they go; the address that was asked where frames are sent on as they are.
        public var destination: IPAddress
        /// The port there.
        public var port: UInt16
    }

    /// A map and its table.
    struct SetReading: Sendable {
        var fields: SessionFields
        var form: ElementForm
    }
}

extension CompiledFarm {
    /// Whether its packets are taken at ingress, before all others see them.
    public var isAtIngress: Bool { ingress != nil }

    /// How exactly it takes a flow; nil: it does not.
    public func exactness(for flow: Flow) -> ServiceExactness? {
        let entries = ingress?.parts.first { $0.family == flow.family }?.entries
        return (entries ?? self[TableFamily(flow.family)]?.entries)?.lazy.compactMap { $0.exactness(for: flow) }.min()
    }
}

extension FlowPart {
    /// The part of a farm that meets a flow; nil: it has none.
    public init?(_ flow: Flow, _ farm: NumberedFarm, _ compiled: CompiledFarm) {
        let needs = needs(of: farm)
        let family = TableFamily(flow.family)
        let persistence = farm.farm.options.persistence
        let fields = persistence.isEmpty || farm.farm.mode == .local ? nil : SessionFields(persistence)
        if let part = compiled.ingress?.parts.first(where: { $0.family == flow.family }),
            let shape = needs.ingress?.shapes.first(where: { $0.family == flow.family })?.shape
        {
            self.init(shape: shape, slots: part.slots, sessions: part.sessions, targets: [:])
            learnt = fields.map {
                SetReading(fields: $0, form: $0.learnt(in: family).atIngress(flow.family).form(in: .netdev))
            }
            for target in part.backends where target.isUsable {
                let port = target.port == 0 ? flow.destinationPort.number : target.port
                targets[target.mark] = Target(
                    source: flow.source, destination: part.isTranslated ? target.address : flow.destination,
                    port: part.isTranslated ? port : flow.destinationPort.number)
            }
            return
        }
        guard let fragment = compiled[family], let shape = needs[family]?.shape else { return nil }
        self.init(shape: shape, slots: fragment.slots, sessions: fragment.sessions, targets: [:])
        learnt = fields.map { SetReading(fields: $0, form: $0.learnt(in: family).form(in: family)) }
        for target in fragment.backends {
            let isMasqueraded = target.source == nil && target.mark & BackendMark.masquerade != 0
            targets[target.mark] = Target(
                source: isMasqueraded ? nil : target.source ?? flow.source, destination: target.address,
                port: target.port == 0 ? flow.destinationPort.number : target.port)
        }
    }

    /// What a backend sees; nil: it serves nobody.
    public func target(_ mark: UInt32) -> Target? { targets[mark] }

    /// The backend that the configuration gives a client: the mark in the map of static sessions.
    public func staticSession(of flow: Flow, farm number: UInt16) -> UInt32? {
        guard let sessions, let values = flow.values(of: sessions.fields.fields) else { return nil }
        let key = sessions.fields.staticKey(farm: number, values)
        return sessions.elements.first { $0.key == key }?.mark
    }

    /// Under which key the kernel would have learnt a session of the flow's client, as a list of that one key; nil: the farm
    /// learns none, or from fields that are not known here.
    public func learntKey(of flow: Flow, farm number: UInt16) -> ElementList? {
        guard let learnt, let values = flow.values(of: learnt.fields.fields) else { return nil }
        var list = ElementList(learnt.form.keys)
        list.append(key: learnt.fields.learntKey(farm: number, values, in: TableFamily(flow.family)))
        return list
    }
}
