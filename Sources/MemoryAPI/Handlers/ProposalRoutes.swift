import HTTPTypes
import MemoryEngine
import MemoryModel

/// What is made of conversations: summaries of threads, and proposals of items with what is decided about them.
struct ProposalRoutes {
    let edge: Edge

    /// Proposals say what messages say, so that reading them takes the same scope.
    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "proposals", reads: .messagesRead, writes: .itemsWrite)
    }
    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] { [summarise, extract, propose, list, get, accept, reject, automation, setAutomation] }

    /// What is decided for the whole workspace.
    private var settings: RouteGroup {
        RouteGroup(edge: edge, tag: "proposals", reads: .agentsRead, writes: .workspaceManage)
    }

    private var summarise: Route {
        let fields: [Field<SummaryPayload>] = [.defaulted("source", \.source, shared.label)] + Field.target
        let shape = ObjectShape("SummaryRequest", SummaryPayload(), fields) { $0.target.check(&$1) }.shape
        return group.write(
            .post,
            "/v1/threads/{thread_id}/summary",
            "Ask for a summary of a thread as an item, in place of the summary before.",
            body: shape,
            isBodyOptional: true,
            status: .accepted,
            answer: Nouns.awaitedSummary.schema
        ) { [derivations = edge.services.derivations] call, payload, tx in
            let awaited = try await derivations.summarise(
                try call.id("thread_id"),
                target: payload.target.target,
                source: payload.source,
                in: tx
            )
            return Reply(.accepted, awaited, Nouns.awaitedSummary)
        }
    }

    private var extract: Route {
        group.write(
            .post,
            "/v1/threads/{thread_id}/extract",
            "Ask for a thread to be looked through for what is worth keeping.",
            status: .accepted,
            answer: Nouns.awaitedProposals.schema
        ) { [derivations = edge.services.derivations] call, tx in
            let id = try call.id("thread_id", of: ConversationThread.self)
            try await derivations.extract(from: id, in: tx)
            return Reply(.accepted, AwaitedProposals(threadID: id), Nouns.awaitedProposals)
        }
    }

    private var propose: Route {
        let limits = edge.configuration.limits
        let shape = ObjectShape(
            "ProposalCreation",
            ProposalDraft(content: ""),
            [
                .required("content", \.content, .text(1...limits.itemContent)),
                .required("source_message_ids", \.sourceMessageIDs, .list(.id(), 1...DerivationService.sources)),
                .optional("id", \.id, .id()), .defaulted("kind", \.kind, .word()),
                .defaulted("confidence", \.confidence, .number(0...1)),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/threads/{thread_id}/proposals",
            "Propose an item that was found in messages of a thread.",
            body: shape,
            status: .created,
            answer: Nouns.proposal.schema
        ) { [derivations = edge.services.derivations] call, draft, tx in
            let made = try await derivations.propose(draft, in: try call.id("thread_id"), tx: tx)
            return Reply(made.isNew ? .created : .ok, made.proposal, Nouns.proposal)
        }
    }

    private var list: Route {
        let filters = ObjectShape(
            "ProposalQuery",
            ProposalFilter(),
            [.optional("thread_id", \.threadID, .id()), .optional("state", \.state, .word())]
        )
        return group.list(
            "/v1/proposals",
            "List proposals, newest first, of one thread or of all.",
            filters: filters,
            rows: "proposals",
            of: Nouns.proposal
        ) { _, filter, page, tx in
            try await tx.proposals(in: filter.threadID, state: filter.state, page)
        }
    }

    private var get: Route {
        group.get("/v1/proposals/{proposal_id}", "Get a proposal.", answer: Nouns.proposal.schema) { call, tx in
            Reply(.ok, try await tx.proposal(try call.id("proposal_id")), Nouns.proposal)
        }
    }

    private var accept: Route {
        let limits = edge.configuration.limits
        let fields: [Field<AcceptancePayload>] =
            [
                .optional("content", \.acceptance.content, .text(1...limits.itemContent)),
                .optional("kind", \.acceptance.kind, .word()),
                .optional("scope", \.acceptance.scope, ScopePayload.shape(shared)),
                .defaulted("tags", \.acceptance.tags, shared.tags),
                .defaulted("importance", \.acceptance.importance, .number(0...1)),
                .defaulted("source", \.acceptance.source, shared.label),
            ] + Field.target
        let shape = ObjectShape("ProposalAcceptance", AcceptancePayload(), fields) { $0.target.check(&$1) }.shape
        return group.write(
            .post,
            "/v1/proposals/{proposal_id}/accept",
            "Make an item of a proposal.",
            body: shape,
            isBodyOptional: true,
            answer: Nouns.acceptedProposal.schema
        ) { [derivations = edge.services.derivations] call, payload, tx in
            var acceptance = payload.acceptance
            acceptance.target = payload.target.target
            let accepted = try await derivations.accept(try call.id("proposal_id"), as: acceptance, in: tx)
            return Reply(
                .ok,
                AcceptedProposal(proposal: accepted.proposal, item: accepted.item),
                Nouns.acceptedProposal
            )
        }
    }

    private var reject: Route {
        group.write(
            .post,
            "/v1/proposals/{proposal_id}/reject",
            "Put a proposal aside for good.",
            answer: Nouns.proposal.schema
        ) { [derivations = edge.services.derivations] call, tx in
            Reply(.ok, try await derivations.reject(try call.id("proposal_id"), in: tx), Nouns.proposal)
        }
    }
}

extension ProposalRoutes {
    private var automation: Route {
        settings.get(
            "/v1/workspace/extraction",
            "Get whether threads are looked through by themselves.",
            answer: Nouns.extractionSetting.schema
        ) { _, tx in
            Reply(.ok, ExtractionSetting(isAutomatic: try await tx.extractsAutomatically()), Nouns.extractionSetting)
        }
    }

    private var setAutomation: Route {
        let shape = ObjectShape(
            "ExtractionSettingPayload",
            ExtractionSetting(),
            [.required("automatic", \.isAutomatic, .flag)]
        ).shape
        return settings.write(
            .put,
            "/v1/workspace/extraction",
            "Set whether threads are looked through by themselves: after every 20 messages, and when they are resolved.",
            body: shape,
            answer: Nouns.extractionSetting.schema
        ) { [derivations = edge.services.derivations] _, setting, tx in
            try await derivations.setAutomatic(setting.isAutomatic, in: tx)
            return Reply(.ok, setting, Nouns.extractionSetting)
        }
    }
}

/// The body of a request for a summary.
private struct SummaryPayload: Targeted {
    var source = "api"
    var target = TargetPayload()
}

/// The body of an acceptance.
private struct AcceptancePayload: Targeted {
    var acceptance = ProposalAcceptance()
    var target = TargetPayload()
}

/// Which proposals are wanted.
private struct ProposalFilter: Sendable {
    var threadID: Identifier<ConversationThread>?
    var state: ProposalState?
}
