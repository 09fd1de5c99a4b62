// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `flow.explain`: what becomes of a flow that begins now, and why.
public enum FlowExplain: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "flow.explain",
        summary:
            "Says what becomes of a flow that begins now, and why: from the elements that the kernel holds, not by sending "
            + "anything.",
        role: .reader,
        errors: [.storage, .refusedByKernel])

    /// A flow, as its first packet comes from the network.
    public struct Parameters: Record, Hashable {
        /// Its transport.
        public var transport = FlowTransport.tcp
        /// Who asks, `ADDRESS:PORT`.
        public var source = ""
        /// Whom it asks, `ADDRESS:PORT`.
        public var destination = ""
        /// Whether connection tracking is asked, too.
        public var live = false

        /// No flow.
        public init() {}

        /// A flow.
        public init(transport: FlowTransport, source: String, destination: String, live: Bool = false) {
            self.transport = transport
            self.source = source
            self.destination = destination
            self.live = live
        }

        /// What goes over the wire.
        public static let fields: [Field<Parameters>] = [
            .required("protocol", \.transport, "Its transport."),
            .required("source", \.source, "Who asks: address and port, like 203.0.113.7:41234 or [2001:db8::7]:41234."),
            .required("destination", \.destination, "Whom it asks, in the same form."),
            .defaulting("live", \.live, false, "Also says what connection tracking knows of this flow."),
        ]
    }

    /// What becomes of it.
    public struct Result: Record, Hashable {
        /// What becomes of it.
        public var verdict = FlowVerdict.untouched
        /// The node of the cluster whose client it is.
        public var node: String?
        /// The farm that takes it.
        public var farm = NameOrNull()
        /// The backend that gets it, where that is certain.
        public var backend = NameOrNull()
        /// The policies that know it.
        public var policies: [FlowPolicy] = []
        /// The limits it has to pass.
        public var limits: [FlowLimit] = []
        /// The session that decides.
        public var session: FlowSession?
        /// The farm's scheduler.
        public var scheduler: String?
        /// Who may get it.
        public var distribution: [FlowShare] = []
        /// What the backend sees.
        public var translation: FlowTranslation?
        /// Why.
        public var reasons: [String] = []
        /// What connection tracking knows.
        public var connection: FlowConnection?

        /// Nothing takes it.
        public init() {}

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("verdict", \.verdict, "What becomes of it."),
            .optional(
                "node", \.node, "The node of the cluster whose client it is; missing: its destination is not shared."),
            .required("farm", \.farm, "The farm that takes it; null: none."),
            .required("backend", \.backend, "The backend that gets it; null: none, or chance decides."),
            .required("policies", \.policies, "The policies that know it, in the order in which they are asked."),
            .required("limits", \.limits, "The limits it has to pass; what its source has used up is not said."),
            .optional("session", \.session, "The session that decides; missing: none does."),
            .optional("scheduler", \.scheduler, "The farm's scheduler."),
            .required(
                "distribution", \.distribution, "Who may get it, the most likely first; several where chance decides."),
            .optional(
                "translation", \.translation, "What the backend sees; missing where it is not certain which one."),
            .required("reasons", \.reasons, "Why, a sentence for each step."),
            .optional("connection", \.connection, "With live: what connection tracking knows of it; missing: nothing."),
        ]
    }
}
