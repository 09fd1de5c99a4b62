// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
import JSON

/// The attributes of one kind of object by key, from the model's own rows: there is no second table of types.
struct KindTable: Sendable {
    let kind: ObjectKind
    let attributes: [String: AttributeDescription]
    /// The key that tells the objects of a list apart.
    let identifier: String

    private init(_ kind: ObjectKind) {
        self.kind = kind
        let rows = kind.attributes
        attributes = Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0) })
        identifier = rows.first { $0.isIdentifier }?.key ?? "name"
    }

    /// An attribute of such objects. In a farm an address has those that only its own policies need, too.
    func attribute(_ key: String) -> AttributeDescription? {
        if let attribute = attributes[key] { return attribute }
        return kind == .farmAddress && AddressGuard.keys.contains(key) ? KindTable.address.attributes[key] : nil
    }

    /// The lists of a document.
    static let lists: [String: KindTable] = ["farms": .farm, "policies": .policy, "addresses": .address]

    /// Every key that some object has; the C program knows these and no others.
    static let knownKeys: Set<String> = ObjectKind.ofLegacyDialect.reduce(into: Set(lists.keys)) { keys, kind in
        keys.formUnion(kind.attributes.map(\.key))
    }

    private static let farm = KindTable(.farm)
    private static let policy = KindTable(.policy)
    private static let address = KindTable(.address)
    private static let farmAddress = KindTable(.farmAddress)
    private static let backend = KindTable(.backend)
    private static let session = KindTable(.session)
    private static let policyReference = KindTable(.policyReference)
    private static let element = KindTable(.element)

    static func of(_ kind: ObjectKind) -> KindTable {
        switch kind {
        case .farm: farm
        case .farmAddress: farmAddress
        case .backend: backend
        case .session: session
        case .policyReference: policyReference
        case .policy: policy
        case .element: element
        case .address: address
        case .cluster, .clusterNode, .sharedAddress: KindTable(kind)
        }
    }
}

extension ObjectKind {
    /// Those that the C program has.
    public static let ofLegacyDialect = allCases.filter { kind in
        switch kind {
        case .farm, .farmAddress, .backend, .session, .policyReference, .policy, .element, .address: true
        case .cluster, .clusterNode, .sharedAddress: false
        }
    }
}

extension KindTable {
    /// Whether `newname` renames such objects.
    var hasNewName: Bool {
        switch kind {
        case .farm, .backend, .address, .policy: true
        case .farmAddress, .session, .policyReference, .element, .cluster, .clusterNode, .sharedAddress: false
        }
    }

    /// How errors call an object of a list: its identifier, or its position when it has none.
    func name(of object: JSONObject, at position: Int) -> String {
        object[identifier]?.string ?? "\(position)"
    }
}
