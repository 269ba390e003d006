import HTTPTypes
import MemoryEngine
import MemoryModel

/// Messages: append, batch, list, get, edit, delete, pin.
struct MessageRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "messages", reads: .messagesRead, writes: .messagesWrite)
    }

    private var shapes: MessageShapes { MessageShapes(edge.configuration) }

    var routes: [Route] {
        [
            append("/v1/threads/{thread_id}/messages", "Append a message to a thread.", Self.thread),
            batch("/v1/threads/{thread_id}/messages/batch", "Append up to 1,000 messages to a thread.", Self.thread),
            list("/v1/threads/{thread_id}/messages", "List a thread's messages, oldest first.", Self.thread),
            append("/v1/forks/{fork_id}/messages", "Append a message to a fork.", Self.fork),
            batch("/v1/forks/{fork_id}/messages/batch", "Append up to 1,000 messages to a fork.", Self.fork),
            list(
                "/v1/forks/{fork_id}/messages",
                "List a fork's messages, oldest first.",
                Self.fork
            ),
            get, edit, delete, pin,
        ]
    }

    private typealias Place = @Sendable (Call, any MemoryTransaction) async throws -> ConversationPlace

    private static let thread: Place = { call, tx in
        ConversationPlace(threadID: try await tx.thread(try call.id("thread_id")).id)
    }

    private static let fork: Place = { call, tx in
        let fork = try await tx.fork(try call.id("fork_id"))
        return ConversationPlace(threadID: fork.threadID, forkID: fork.id)
    }

    private func append(_ pattern: String, _ summary: String, _ place: @escaping Place) -> Route {
        group.write(
            .post,
            pattern,
            summary,
            body: shapes.message,
            status: .created,
            answer: Nouns.message.schema
        ) { [conversations = edge.services.conversations] call, draft, tx in
            let stored = try await conversations.append([draft], to: try await place(call, tx), in: tx)
            guard let message = stored.first else { throw Problem(.internalError) }
            return Reply(.created, message, Nouns.message)
        }
    }

    private func batch(_ pattern: String, _ summary: String, _ place: @escaping Place) -> Route {
        group.write(
            .post,
            pattern,
            summary,
            body: shapes.batch,
            isBatch: true,
            status: .created,
            answer: Nouns.appendedBatch.schema
        ) { [conversations = edge.services.conversations] call, drafts, tx in
            let stored = try await conversations.appendUnlessErased(drafts, to: try await place(call, tx), in: tx)
            return Reply(.created, stored, Nouns.appendedBatch)
        }
    }

    private func list(_ pattern: String, _ summary: String, _ place: @escaping Place) -> Route {
        group.list(pattern, summary, rows: "messages", of: Nouns.message) { call, page, tx in
            let place = try await place(call, tx)
            return try await tx.messages(thread: place.threadID, fork: place.forkID, page)
        }
    }

    private var get: Route {
        group.get("/v1/messages/{message_id}", "Get a message.", answer: Nouns.message.schema) { call, tx in
            Reply(.ok, try await tx.message(try call.id("message_id")), Nouns.message)
        }
    }

    private var edit: Route {
        group.write(
            .patch,
            "/v1/messages/{message_id}",
            "Replace a message's text.",
            body: shapes.edit,
            answer: Nouns.message.schema
        ) { [conversations = edge.services.conversations] call, edit, tx in
            let message = try await conversations.edit(
                try call.id("message_id"),
                content: edit.content,
                in: tx
            )
            return Reply(.ok, message, Nouns.message)
        }
    }

    private var delete: Route {
        group.write(
            .delete,
            "/v1/messages/{message_id}",
            "Delete a message.",
            answer: Nouns.deletion.schema
        ) { [conversations = edge.services.conversations] call, tx in
            let id = try call.id("message_id", of: Message.self)
            try await conversations.delete(id, in: tx)
            return .deleted(id)
        }
    }

    private var pin: Route {
        // Pinning makes an item: it takes the scope of writing items.
        let items = RouteGroup(edge: edge, tag: "messages", reads: .messagesRead, writes: .itemsWrite)
        return items.write(
            .post,
            "/v1/messages/{message_id}/pin",
            "Make a pinned item of a message, with the way back in its provenance.",
            body: shapes.pin,
            isBodyOptional: true,
            status: .created,
            answer: Nouns.item.schema
        ) { [conversations = edge.services.conversations] call, payload, tx in
            var draft = payload.draft
            draft.target = payload.target.target
            let stored = try await conversations.pin(try call.id("message_id"), as: draft, in: tx)
            return Reply(stored.isNew ? .created : .ok, stored.item, Nouns.item).tagged(version: stored.item.version)
        }
    }
}
