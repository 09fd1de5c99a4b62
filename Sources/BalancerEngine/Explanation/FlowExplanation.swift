// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// What becomes of a flow that begins, and why.
public struct FlowExplanation: Sendable, Equatable {
    /// What becomes of it.
    public enum Verdict: String, Sendable, CaseIterable {
        /// A backend gets it.
        case balanced
        /// A program on the balancer gets it.
        case local
        /// A policy drops it.
        case dropped
        /// A farm takes it and has nobody to give it to: the balancer itself gets it.
        case unserved
        /// Another node of the cluster takes it.
        case elsewhere
        /// No farm takes it: it goes on as if there were no balancer.
        case untouched
    }

    /// A policy that knows an address of the flow.
    public struct PolicyHit: Sendable, Equatable {
        /// The policy.
        public var policy: Name
        /// What it does.
        public var action: Action

        /// What a policy does with what it knows.
        public enum Action: Sendable {
            /// It drops it.
            case drop
            /// It lets it pass, whatever later policies say.
            case pass
            /// It counts it.
            case count
        }
    }

    /// A limit that the flow has to pass. What its source has used up of it is the kernel's own business.
    public struct Limit: Sendable, Equatable {
        /// The attribute that sets it.
        public var attribute: String
        /// Its value, as it is declared.
        public var value: String
        /// Whether what is beyond is dropped; else it is only counted.
        public var drops: Bool
    }

    /// A session that says where its client goes.
    public struct Session: Sendable, Equatable {
        /// Whether the configuration says so; else the kernel has learnt it.
        public var isStatic: Bool
        /// The backend.
        public var backend: Name?
    }

    /// A backend and how likely it is.
    public struct Share: Sendable, Equatable {
        /// The backend.
        public var backend: Name
        /// Of 1.
        public var share: Double
    }

    /// What the backend sees.
    public struct Translation: Sendable, Equatable {
        /// Where it comes from; nil: an address of the balancer, by the route to the backend (masquerading).
        public var source: IPAddress?
        /// The backend's address.
        public var destination: IPAddress
        /// Its port.
        public var port: UInt16
    }

    /// What becomes of it.
    public var verdict = Verdict.untouched
    /// The node of the cluster whose client it is; nil: the address is not shared, or no node is up.
    public var node: Name?
    /// The farm that takes it.
    public var farm: Name?
    /// The backend that gets it, where that is certain.
    public var backend: Name?
    /// The policies that know it, in the order in which they are asked.
    public var policies: [PolicyHit] = []
    /// The limits it has to pass.
    public var limits: [Limit] = []
    /// The session that decides.
    public var session: Session?
    /// The farm's scheduler.
    public var scheduler: Scheduler?
    /// Who may get it; more than one where chance decides.
    public var distribution: [Share] = []
    /// What the backend sees, where it is certain which one.
    public var translation: Translation?
    /// Why, a sentence for each step.
    public var reasons: [String] = []
    /// What connection tracking knows of it; nil: nothing, or that was not asked.
    public var connection: TrackedConnection?
    /// The backend of that connection.
    public var connectionBackend: Name?

    /// Nothing takes it.
    public init() {}
}
