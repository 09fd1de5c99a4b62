// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import JSON

/// How the C program begins an answer.
public enum LegacyMessage: String, Sendable, Hashable, CaseIterable {
    /// It is done.
    case success
    /// The path or the method means nothing here.
    case invalidRequest = "invalid request"
    /// The body is no JSON, or an object stands where an array belongs.
    case invalidStructure = "the structure is invalid"
    /// Something that the body refers to is not there.
    case unknownObject = "the object to modify is unknown"
    /// The body says something that is refused.
    case errorParsing = "error parsing buffer"
    /// The kernel, the disk or this version refused what the body says.
    case errorGenerating = "error generating rules"
    /// A farm was not deleted.
    case errorDeletingFarm = "error deleting farm"
    /// A backend was not deleted.
    case errorDeletingBackend = "error deleting backend"
    /// The sessions of a backend were not deleted.
    case errorDeletingBackendSessions = "error deleting sessions from backend"
    /// A session was not deleted.
    case errorDeletingSession = "error deleting session"
    /// An address was not taken from a farm.
    case errorDeletingFarmAddress = "error deleting farm address"
    /// A policy was not taken from a farm.
    case errorDeletingFarmPolicy = "error deleting farm policy"
    /// The elements of a policy could not be read.
    case errorReadingElements = "could not get the policy elements"
    /// An element was not deleted.
    case errorDeletingElement = "error deleting policy element"
    /// A policy was not taken from its users.
    case errorStoppingPolicy = "error stopping policy"
    /// A policy was not deleted.
    case errorDeletingPolicy = "error deleting policy"
    /// An address was not taken from its farms.
    case errorStoppingAddress = "error stopping address"
    /// An address was not deleted.
    case errorDeletingAddress = "error deleting address"
}

/// An answer of the C program that is no object: a status of HTTP, a message, and the sentences behind it.
public struct LegacyAnswer: Error, Sendable, Hashable {
    /// The status of HTTP.
    public var status: Int

    /// What it begins with.
    public var message: LegacyMessage

    /// What was wrong, or taken for something else than it says.
    public var sentences: [LegacySentence]

    /// An answer.
    public init(_ status: Int, _ message: LegacyMessage, _ sentences: [LegacySentence] = []) {
        self.status = status
        self.message = message
        self.sentences = sentences
    }

    /// It is done, with what was taken for something else.
    public static func success(_ sentences: [LegacySentence] = []) -> LegacyAnswer {
        LegacyAnswer(200, .success, sentences)
    }

    /// The path means nothing here.
    public static func invalidRequest(_ status: Int) -> LegacyAnswer { LegacyAnswer(status, .invalidRequest) }

    /// The text without the JSON around it.
    public var text: String {
        sentences.reduce(message.rawValue) { $0 + ". " + $1.text }
    }

    /// One line of JSON without a line end. Unlike that program's, always JSON, whatever names are in it.
    public var body: [UInt8] {
        var output = Array("{\"response\": ".utf8)
        JSONValue.string(text).write(to: &output)
        output.append(UInt8(ascii: "}"))
        return output
    }
}
