import HTTPTypes
import MemoryEngine
import MemoryModel

/// Channels and threads.
struct ChannelRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "conversation", reads: .messagesRead, writes: .messagesWrite)
    }

    private var shared: SharedShapes { SharedShapes(edge.configuration) }

    var routes: [Route] {
        [
            createChannel, channels, channel, deleteChannel, createThread, threads, thread, patchThread, deleteThread,
        ]
    }

    private var createChannel: Route {
        let shape = ObjectShape(
            "ChannelCreation",
            ChannelPayload(),
            [
                .required("name", \.name, shared.label), .optional("id", \.id, .id()),
                .optional("audience_id", \.audienceID, .id()), .optional("created_at", \.createdAt, .time),
                .defaulted("restore_erased", \.restoresErased, .flag),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/channels",
            "Create a channel; its audience is the workspace where none is named.",
            body: shape,
            status: .created,
            answer: Nouns.channel.schema
        ) { [ids = edge.services.identifiers, erasures = edge.services.erasures] _, payload, tx in
            if let id = payload.id {
                try await erasures.requireNotErased(.channel(id), restoring: payload.restoresErased, in: tx)
            }
            let audienceID: Identifier<Audience>
            if let named = payload.audienceID {
                audienceID = named
            } else {
                audienceID = try await tx.workspaceAudienceID()
            }
            let channel = Channel(
                id: payload.id ?? ids.next(),
                audienceID: audienceID,
                name: payload.name,
                createdAt: try tx.time(imported: payload.createdAt)
            )
            try await tx.createChannel(channel)
            return Reply(.created, channel, Nouns.channel)
        }
    }

    private var channels: Route {
        group.list("/v1/channels", "List channels, newest first.", rows: "channels", of: Nouns.channel) { _, page, tx in
            try await tx.channels(page)
        }
    }

    private var channel: Route {
        group.get("/v1/channels/{channel_id}", "Get a channel.", answer: Nouns.channel.schema) { call, tx in
            Reply(.ok, try await tx.channel(try call.id("channel_id")), Nouns.channel)
        }
    }

    private var deleteChannel: Route {
        group.write(
            .delete,
            "/v1/channels/{channel_id}",
            "Delete a channel with all that is in it.",
            answer: Nouns.deletion.schema
        ) { call, tx in
            let id = try call.id("channel_id", of: Channel.self)
            _ = try await tx.channel(id)
            try await tx.deleteChannel(id)
            return .deleted(id)
        }
    }

    private var createThread: Route {
        let shape = ObjectShape(
            "ThreadCreation",
            ThreadPayload(),
            [
                .required("title", \.title, shared.label), .optional("id", \.id, .id()),
                .defaulted("status", \.status, .word()), .optional("created_at", \.createdAt, .time),
                .defaulted("restore_erased", \.restoresErased, .flag),
            ]
        ).shape
        return group.write(
            .post,
            "/v1/channels/{channel_id}/threads",
            "Create a thread in a channel.",
            body: shape,
            status: .created,
            answer: Nouns.thread.schema
        ) { [ids = edge.services.identifiers, erasures = edge.services.erasures] call, payload, tx in
            let channel = try await tx.channel(try call.id("channel_id"))
            if let id = payload.id {
                try await erasures.requireNotErased(.thread(id), restoring: payload.restoresErased, in: tx)
            }
            let thread = ConversationThread(
                id: payload.id ?? ids.next(),
                channelID: channel.id,
                audienceID: channel.audienceID,
                title: payload.title,
                status: payload.status,
                createdAt: try tx.time(imported: payload.createdAt)
            )
            try await tx.createThread(thread)
            return Reply(.created, thread, Nouns.thread)
        }
    }

    private var threads: Route {
        let filters = ObjectShape(
            "ThreadQuery",
            ThreadFilter(),
            [.optional("channel_id", \.channelID, .id())]
        )
        return group.list(
            "/v1/threads",
            "List threads, newest first, of one channel or of all.",
            filters: filters,
            rows: "threads",
            of: Nouns.thread
        ) { _, filter, page, tx in
            try await tx.threads(in: filter.channelID, page)
        }
    }

    private var thread: Route {
        group.get("/v1/threads/{thread_id}", "Get a thread.", answer: Nouns.thread.schema) { call, tx in
            Reply(.ok, try await tx.thread(try call.id("thread_id")), Nouns.thread)
        }
    }

    private var patchThread: Route {
        let shape = ObjectShape(
            "ThreadPatch",
            ThreadPatch(),
            [.optional("title", \.title, shared.label), .optional("status", \.status, .word())]
        ).shape
        return group.write(
            .patch,
            "/v1/threads/{thread_id}",
            "Change a thread's title or status.",
            body: shape,
            answer: Nouns.thread.schema
        ) { [derivations = edge.services.derivations] call, patch, tx in
            var thread = try await tx.thread(try call.id("thread_id"))
            let isResolvedNow = patch.status == .resolved && thread.status != .resolved
            if let title = patch.title { thread.title = title }
            if let status = patch.status { thread.status = status }
            try await tx.updateThread(thread)
            if isResolvedNow { try await derivations.threadWasResolved(thread.id, in: tx) }
            return Reply(.ok, thread, Nouns.thread)
        }
    }

    private var deleteThread: Route {
        group.write(
            .delete,
            "/v1/threads/{thread_id}",
            "Delete a thread with its forks and messages.",
            answer: Nouns.deletion.schema
        ) { call, tx in
            let id = try call.id("thread_id", of: ConversationThread.self)
            _ = try await tx.thread(id)
            try await tx.deleteThread(id)
            return .deleted(id)
        }
    }
}

/// The body of a new channel.
private struct ChannelPayload: Sendable {
    var id: Identifier<Channel>?
    var name = ""
    var audienceID: Identifier<Audience>?
    var createdAt: Timestamp?
    var restoresErased = false
}

/// The body of a new thread.
private struct ThreadPayload: Sendable {
    var id: Identifier<ConversationThread>?
    var title = ""
    var status = ThreadStatus.active
    var createdAt: Timestamp?
    var restoresErased = false
}

/// Changes to a thread.
private struct ThreadPatch: Sendable {
    var title: String?
    var status: ThreadStatus?
}

/// Which threads are wanted.
private struct ThreadFilter: Sendable {
    var channelID: Identifier<Channel>?
}
