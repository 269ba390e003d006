import HTTPTypes
import MemoryEngine
import MemoryModel

/// Collections: create shared or personal ones, list, get, delete.
struct CollectionRoutes {
    let edge: Edge

    private var group: RouteGroup {
        RouteGroup(edge: edge, tag: "collections", reads: .agentsRead, writes: .agentsWrite)
    }

    var routes: [Route] { [create, list, get, delete] }

    private var create: Route {
        let shape = ObjectShape(
            "CollectionCreation",
            CollectionPayload(),
            [
                .optional("name", \.name, SharedShapes(edge.configuration).label), .optional("id", \.id, .id()),
                .optional("audience_id", \.audienceID, .id()), .optional("agent_id", \.agentID, .id()),
                .optional("user_id", \.userID, .id()), .defaulted("restore_erased", \.restoresErased, .flag),
            ],
            check: { $0.check(&$1) }
        ).shape
        return group.write(
            .post,
            "/v1/collections",
            "Create a shared collection, or make sure of an agent's or user's personal one.",
            body: shape,
            status: .created,
            answer: Nouns.collection.schema
        ) { [collections = edge.services.collections, erasures = edge.services.erasures] _, payload, tx in
            if let id = payload.id {
                try await erasures.requireNotErased(.collection(id), restoring: payload.restoresErased, in: tx)
            }
            let collection: MemoryCollection
            if let agentID = payload.agentID {
                collection = try await collections.personalCollection(of: agentID, in: tx)
            } else if let userID = payload.userID {
                collection = try await collections.personalCollection(of: userID, in: tx)
            } else {
                collection = try await collections.createShared(
                    id: payload.id,
                    name: payload.name ?? "",
                    audience: payload.audienceID,
                    in: tx
                )
            }
            return Reply(.created, collection, Nouns.collection)
        }
    }

    private var list: Route {
        group.list("/v1/collections", "List collections, newest first.", rows: "collections", of: Nouns.collection) {
            _,
            page,
            tx in
            try await tx.collections(page)
        }
    }

    private var get: Route {
        group.get("/v1/collections/{collection_id}", "Get a collection.", answer: Nouns.collection.schema) { call, tx in
            Reply(.ok, try await tx.collection(try call.id("collection_id")), Nouns.collection)
        }
    }

    private var delete: Route {
        group.write(
            .delete,
            "/v1/collections/{collection_id}",
            "Delete a collection with its items, versions, vectors and index.",
            answer: Nouns.deletion.schema
        ) { [indexes = edge.services.indexes, collections = edge.services.collections] call, tx in
            let id = try call.id("collection_id", of: MemoryCollection.self)
            try await collections.delete(id, in: tx)
            indexes.forget(id)
            return .deleted(id)
        }
    }
}

/// The body of a new collection.
private struct CollectionPayload: Sendable {
    var id: Identifier<MemoryCollection>?
    var name: String?
    var audienceID: Identifier<Audience>?
    var agentID: Identifier<Agent>?
    var userID: Identifier<User>?
    var restoresErased = false

    func check(_ problems: inout FieldProblems) {
        if agentID == nil, userID == nil {
            if name == nil { problems.add("is required for a shared collection", at: .key("name")) }
            return
        }
        if agentID != nil, userID != nil { problems.add("excludes agent_id", at: .key("user_id")) }
        for (field, isThere) in [("id", id != nil), ("name", name != nil), ("audience_id", audienceID != nil)]
        where isThere {
            problems.add("must be absent for a personal collection", at: .key(field))
        }
    }
}
