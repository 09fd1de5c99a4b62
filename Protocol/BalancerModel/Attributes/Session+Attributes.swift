// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import JSON

extension Session {
    /// Every attribute of a static session, in canonical order.
    public static let attributes: [Attribute<Session>] = [
        .identifier("client", .sessionKey, "The client: the fields of the persistence joined with \" . \".") {
            $0.client.text
        },
        .value(
            "backend", \.backend, .name,
            "Name of the farm's backend that the client gets; with that backend the session is deleted."),
        .checked("expiration", .plain, "", "How long a learnt session still lasts.", .readOnly),
    ]

    static let table = AttributeTable(attributes)
}

extension Session: ModelObject {
    static var kind: ObjectKind { .session }
    static var identifierKey: String { "client" }
    static func identifier(_ text: String) throws(InvalidValue) -> SessionClient { try SessionClient(text) }
    static var sample: Session { Session(client: SessionClient(unchecked: "client")) }
    var identifier: SessionClient { client }

    init(identifier: SessionClient) {
        self.init(client: identifier)
    }

    mutating func finish(_ json: JSONObject) throws(Failure) {
        guard backend != nil else { throw Failure(.invalid, at: ["backend"], "the session has no backend") }
    }
}
