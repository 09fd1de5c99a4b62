// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel
public import JSON

/// What a method is called and who may call it.
public struct MethodDeclaration: Sendable {
    /// `noun.verb`.
    public let name: String
    /// One sentence for people.
    public let summary: String
    /// Who may call it. What it does with an attribute may need a higher role: see ``Change/requiredRole``.
    public let role: Role
    /// The kinds of errors that callers should expect of it. What is not for readers is also refused for want of a role.
    public let errors: [ErrorKind]

    /// What is said about a method.
    public init(name: String, summary: String, role: Role, errors: [ErrorKind]) {
        self.name = name
        self.summary = summary
        self.role = role
        self.errors = role > .reader && !errors.contains(.notPermitted) ? errors + [.notPermitted] : errors
    }
}

/// A method of the protocol, declared once: the server decodes with it, clients encode with it, and `rpc.discover`
/// describes it. A new method is one file in Methods/, one line in ``MethodCatalog`` and one handler in the server.
public protocol RPCMethod: Sendable {
    /// What it takes.
    associatedtype Parameters: Record
    /// What it returns.
    associatedtype Result: FieldValue

    /// What is said about it.
    static var declaration: MethodDeclaration { get }

    /// Requests and their answers: documentation, and vectors for tests of both sides.
    static var examples: [MethodExample] { get }
}

extension RPCMethod {
    /// `noun.verb`.
    public static var name: String { declaration.name }
    /// Who may call it.
    public static var role: Role { declaration.role }

    /// Decodes what a request passes. Unknown, missing and ill-typed parameters are refused.
    public static func decode(_ parameters: RequestParameters) throws(RPCError) -> Parameters {
        do throws(FieldFailure) {
            return try Parameters(json: named(parameters), unknownKeys: .refused)
        } catch {
            throw .invalidParameters(
                error.place.isEmpty ? "\(name): \(error)" : "\(name): parameter \(error)",
                hint: "rpc.discover describes the parameters of each method")
        }
    }

    /// Decodes what a server returned. Unknown fields are ignored.
    public static func decode(result: JSONValue) throws(FieldFailure) -> Result {
        try Result(field: result)
    }

    /// A request for this method.
    public static func request(id: RequestID?, _ parameters: Parameters) -> Request {
        let object = parameters.object
        return Request(id: id, method: name, parameters: object.isEmpty ? .none : .named(object))
    }

    /// The declarations of the parameters, whatever their type.
    public static var parameterDescriptions: [FieldDescription] {
        Parameters.fields.map {
            FieldDescription(name: $0.name, summary: $0.summary, isRequired: $0.isRequired, schema: $0.schema)
        }
    }

    /// The schema of the result.
    public static var resultSchema: Schema { Result.schema }

    /// Parameters by position are those by name, in the order of their declaration; null stands for an optional one
    /// that is left out.
    private static func named(_ parameters: RequestParameters) throws(FieldFailure) -> JSONObject {
        switch parameters {
        case .none: return JSONObject()
        case .named(let object): return object
        case .positional(let values):
            let fields = Parameters.fields
            guard values.count <= fields.count else {
                throw FieldFailure("\(values.count) are passed by position, there are \(fields.count)")
            }
            var object = JSONObject()
            for (field, value) in zip(fields, values) where field.isRequired || value != .null {
                object.append(field.name, value)
            }
            return object
        }
    }
}

/// The parameters of a method that takes none.
public struct NoParameters: Record, Hashable {
    /// Nothing.
    public static let fields: [Field<NoParameters>] = []

    /// Nothing.
    public init() {}
}
