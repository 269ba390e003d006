import HTTPTypes
import MemoryEngine
import MemoryModel

/// Context items: create, batch, get, versions, list, patch, supersede, pin, delete.
struct ItemRoutes {
    let edge: Edge

    private var group: RouteGroup { RouteGroup(edge: edge, tag: "items", reads: .itemsRead, writes: .itemsWrite) }
    private var shapes: ItemShapes { ItemShapes(edge.configuration) }

    var routes: [Route] { [create, batch, list, get, versions, patch, supersede, pin, unpin, review, delete] }

    private var create: Route {
        group.write(
            .post,
            "/v1/items",
            "Create an item.",
            body: shapes.creation,
            status: .created,
            answer: Nouns.item.schema
        ) { [items = edge.services.items] _, payload, tx in
            let stored = try await items.create(payload.resolved, in: tx)
            return Reply(stored.isNew ? .created : .ok, stored.item, Nouns.item).tagged(version: stored.item.version)
        }
    }

    private var batch: Route {
        group.write(
            .post,
            "/v1/items/batch",
            "Create up to 1,000 items, all or none.",
            body: shapes.batch,
            isBatch: true,
            status: .created,
            answer: Nouns.storedBatch.schema
        ) { [items = edge.services.items] _, payloads, tx in
            Reply(.created, try await items.createUnlessErased(payloads.map(\.resolved), in: tx), Nouns.storedBatch)
        }
    }

    private var list: Route {
        group.list("/v1/items", "List items, newest first.", filters: ItemShapes.query, rows: "items", of: Nouns.item) {
            [reads = edge.services.reads] _, query, page, tx in
            let found = try await tx.items(matching: query.filter, page)
            try await reads?.note(found.rows, in: tx)
            return found
        }
    }

    private var get: Route {
        let query = ObjectShape(
            "ItemVersionQuery",
            VersionQuery(),
            [.optional("version", \.version, .integer(1...Int(Int32.max))), .optional("as_of", \.asOf, .time)]
        ) { query, problems in
            if query.version != nil, query.asOf != nil { problems.add("excludes version", at: .key("as_of")) }
        }
        return group.get(
            "/v1/items/{item_id}",
            "Get an item: its present version, one version, or the one that held at a time.",
            query: query,
            answer: Nouns.item.schema
        ) { [reads = edge.services.reads] call, query, tx in
            let item = try await query.item(try call.id("item_id"), in: tx)
            try await reads?.note([item], in: tx)
            if call.has(version: item.version), query.isPresent {
                return Reply(.notModified, body: []).tagged(version: item.version)
            }
            return Reply(.ok, item, Nouns.item).tagged(version: item.version)
        }
    }

    private var versions: Route {
        group.get(
            "/v1/items/{item_id}/versions",
            "List all versions of an item, newest first.",
            answer: Nouns.versions.schema
        ) { [reads = edge.services.reads] call, tx in
            let versions = try await tx.versions(of: try call.id("item_id"))
            guard !versions.isEmpty else { throw Problem(.notFound) }
            try await reads?.note(versions, in: tx)
            return Reply(.ok, versions, Nouns.versions)
        }
    }

    private var patch: Route {
        group.write(
            .patch,
            "/v1/items/{item_id}",
            "Change an item; new content or another kind makes a new version.",
            body: shapes.patch,
            answer: Nouns.item.schema
        ) { [items = edge.services.items] call, payload, tx in
            var patch = payload
            patch.expectedVersion = try call.expectedVersion()
            let item = try await items.patch(try call.id("item_id"), patch, in: tx)
            return Reply(.ok, item, Nouns.item).tagged(version: item.version)
        }
    }

    private var supersede: Route {
        group.write(
            .post,
            "/v1/items/{item_id}/supersede",
            "Write an item that replaces this one from valid_from on, now by default.",
            body: shapes.replacement,
            status: .created,
            answer: Nouns.supersession.schema
        ) { [items = edge.services.items] call, payload, tx in
            let supersession = try await items.supersede(
                try call.id("item_id"),
                by: payload.resolved,
                from: payload.draft.validFrom,
                in: tx
            )
            return Reply(.created, supersession, Nouns.supersession)
        }
    }

    private var pin: Route {
        group.write(.put, "/v1/items/{item_id}/pin", "Pin an item.", answer: Nouns.item.schema) {
            [items = edge.services.items] call, tx in
            let item = try await items.pin(try call.id("item_id"), true, in: tx)
            return Reply(.ok, item, Nouns.item).tagged(version: item.version)
        }
    }

    private var unpin: Route {
        group.write(.delete, "/v1/items/{item_id}/pin", "Unpin an item.", answer: Nouns.item.schema) {
            [items = edge.services.items] call, tx in
            let item = try await items.pin(try call.id("item_id"), false, in: tx)
            return Reply(.ok, item, Nouns.item).tagged(version: item.version)
        }
    }

    private var review: Route {
        let shape = ObjectShape(
            "ItemReview",
            ReviewPayload(),
            [.required("decision", \.decision, .word())]
        ).shape
        return group.write(
            .post,
            "/v1/items/{item_id}/review",
            "Approve or reject an item that is held back; people do, agents do not.",
            body: shape,
            answer: Nouns.reviewed.schema
        ) { [items = edge.services.items] call, payload, tx in
            let id = try call.id("item_id", of: ContextItem.self)
            let item = try await items.review(id, payload.decision, in: tx)
            return Reply(.ok, ReviewedItem(id: id, item: item), Nouns.reviewed)
        }
    }

    private var delete: Route {
        group.write(
            .delete,
            "/v1/items/{item_id}",
            "Delete an item with all its versions.",
            answer: Nouns.deletion.schema
        ) { [items = edge.services.items] call, tx in
            let id = try call.id("item_id", of: ContextItem.self)
            try await items.delete(id, in: tx)
            return .deleted(id)
        }
    }
}

/// The body of a review.
private struct ReviewPayload: Sendable {
    var decision = ReviewDecision.approve
}

/// Which version of an item is wanted.
private struct VersionQuery: Sendable {
    var version: Int?
    var asOf: Timestamp?

    var isPresent: Bool { version == nil && asOf == nil }

    func item(_ id: Identifier<ContextItem>, in tx: any MemoryTransaction) async throws -> ContextItem {
        if let version {
            let reference = ItemVersionReference(itemID: id, version: Int32(version))
            guard let item = try await tx.items([reference]).first else { throw Problem(.notFound) }
            return item
        }
        guard let asOf else { return try await tx.item(id) }
        let held = try await tx.versions(of: id).first { version in
            version.validFrom <= asOf && version.invalidAt.map { asOf < $0 } ?? true
        }
        guard let held else { throw Problem(.notFound) }
        return held
    }
}
