// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension Configuration {
    /// Most clusters: what is a node's own is one set in the kernel.
    public static let maximumClusters = 1

    /// Most nodes of a cluster.
    public static let maximumNodes = 32

    /// Most addresses of a cluster.
    public static let maximumSharedAddresses = 4_096
}

extension Cluster: NamedObject {
    static var collection: String { "clusters" }
    static var laterFeature: Feature? { nil }
    static var nodes: String { "nodes" }
    static var addresses: String { "addresses" }

    mutating func delete(_ list: String, _ member: String?) -> Bool {
        switch list {
        case Self.nodes: return nodes.remove(member) { $0.name.text }
        case Self.addresses: return addresses.remove(member) { "\($0.address)" }
        default: return false
        }
    }

    /// A node's new name moves its clients: which are its own follows from the name.
    mutating func rename(_ list: String, _ member: Name, to newName: Name) -> RenameResult {
        guard list == Self.nodes else { return .notFound }
        let result = nodes.rename(\.name, member, to: newName)
        if case .done = result, node == member { node = newName }
        return result
    }

    /// Whoever may only say which nodes are up makes no new ones, for a name that is not known is a typing error, and shares no
    /// more addresses.
    func needsAdministrator(since before: Cluster) -> Bool {
        let known = Set(before.nodes.map(\.name))
        return nodes.contains { !known.contains($0.name) } || !Set(addresses).isSubset(of: before.addresses)
    }

    /// Looks at the whole of it.
    func check() throws(Failure) {
        let path = [Self.collection, name.text]
        guard nodes.count <= Configuration.maximumNodes else {
            throw Failure(.limit, at: path + [Self.nodes], "a cluster has at most \(Configuration.maximumNodes) nodes")
        }
        guard addresses.count <= Configuration.maximumSharedAddresses else {
            throw Failure(
                .limit, at: path + [Self.addresses],
                "a cluster has at most \(Configuration.maximumSharedAddresses) addresses")
        }
        guard let node else {
            throw Failure(
                .invalid, at: path + ["node"], "the cluster does not say which of its nodes this balancer is",
                hint: "give node the name of one of nodes")
        }
        guard nodes.contains(where: { $0.name == node }) else {
            throw Failure(
                .invalid, at: path + ["node"], "there is no node \"\(node)\" in the cluster",
                hint: "give node the name of one of nodes")
        }
    }
}

// What only the whole of a request shows.
extension Draft {
    /// Looks at the clusters that a request changes, and at farms whose connections would come back to another node.
    func checkClusters(_ delta: ConfigurationDelta) throws(Failure) {
        for difference in delta.clusters { try difference.after?.check() }
        let all = clusters.names.compactMap { clusters[$0] }
        guard all.count <= Configuration.maximumClusters else {
            throw Failure(
                .limit, at: [Cluster.collection], "a balancer is in at most \(Configuration.maximumClusters) cluster")
        }
        guard !all.isEmpty else { return }
        let shared = Set(all.flatMap(\.addresses).map(\.address))
        let mustCheckAll = delta.clusters.contains { $0.before?.addresses != $0.after?.addresses }
        let names = mustCheckAll ? farms.names : delta.farms.compactMap { $0.after?.name }
        for name in names { try farms[name]?.checkSources(shared) }
    }
}

extension Farm {
    /// What backends answer to a shared address goes to the node whose client the backend would be: not to the one that asked.
    fileprivate func checkSources(_ shared: Set<IPAddress>) throws(Failure) {
        let ofBackends = backends.filter { !$0.rare.isStandard }.map {
            ([Backend.collection, $0.name.text], $0.sourceAddress)
        }
        for (path, address) in [([], sourceAddress)] + ofBackends {
            guard let address, shared.contains(address) else { continue }
            throw Failure(
                .invalid, at: [Farm.collection, name.text] + path + ["source-addr"],
                "\(address) is shared by a cluster: answers of backends to it would go to any of its nodes",
                hint: "give an address that is the node's own")
        }
    }
}
