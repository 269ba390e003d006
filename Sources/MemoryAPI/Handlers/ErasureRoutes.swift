import HTTPTypes
import MemoryEngine
import MemoryModel

/// Erasures: ask, look, list; and the public key that receipts are signed with.
struct ErasureRoutes {
    let edge: Edge

    private var group: RouteGroup { RouteGroup(edge: edge, tag: "erasures", reads: .itemsRead, writes: .itemsWrite) }

    var routes: [Route] { [request, list, get] }

    private var request: Route {
        let targets: [Field<ErasurePayload>] = ErasureTarget.Kind.requestable.map { kind in
            .optional("\(kind.rawValue)_id", \.targets[kind], .id())
        }
        let shape = ObjectShape(
            "ErasureRequest",
            ErasurePayload(),
            targets + [
                .optional("id", \.id, .id()), .defaulted("include_derived", \.includesDerived, .flag),
            ],
            check: { $0.check(&$1) }
        ).shape.map { payload, _ in payload.resolved }
        return group.write(
            .post,
            "/v1/erasures",
            "Erase an item, message, thread, channel, collection, agent, user or the workspace everywhere.",
            body: shape,
            status: .accepted,
            answer: Nouns.erasure.schema
        ) { [erasures = edge.services.erasures] _, payload, tx in
            let erasure = try await erasures.request(
                payload.target,
                includesDerived: payload.includesDerived,
                id: payload.id,
                in: tx
            )
            return Reply(.accepted, erasure, Nouns.erasure)
        }
    }

    private var list: Route {
        group.list("/v1/erasures", "List erasures, newest first; for admins.", rows: "erasures", of: Nouns.erasure) {
            call,
            page,
            tx in
            guard call.principal.role == .admin else { throw Problem(.forbidden, "Only an admin lists erasures.") }
            return try await tx.erasures(page)
        }
    }

    private var get: Route {
        group.get(
            "/v1/erasures/{erasure_id}",
            "Get an erasure with its signed receipt.",
            answer: Nouns.erasure.schema
        ) { [erasures = edge.services.erasures] call, tx in
            Reply(.ok, try await erasures.erasure(try call.id("erasure_id"), in: tx), Nouns.erasure)
        }
    }

    /// The public key as a JWK set, open to all: a receipt is checked without a credential.
    static func key(_ signer: ReceiptSigner) -> Reply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("keys")
            writer.array { writer in
                writer.object { writer in
                    writer.member("kty", "OKP")
                    writer.member("crv", "Ed25519")
                    writer.member("x", signer.publicKey)
                    writer.member("kid", signer.keyID)
                    writer.member("use", "sig")
                    writer.member("alg", "EdDSA")
                }
            }
        }
        var reply = Reply(body: writer.bytes)
        reply.headers[.cacheControl] = "max-age=300"
        return reply
    }
}

/// The body of a request: one id says what is to go.
private struct ErasurePayload: Sendable {
    /// A request whose target is known.
    struct Resolved: Sendable {
        let target: ErasureTarget
        let id: Identifier<Erasure>?
        let includesDerived: Bool
    }

    var targets: [ErasureTarget.Kind: Identifier<ErasureTarget>] = [:]
    var id: Identifier<Erasure>?
    var includesDerived = true

    var resolved: Resolved? {
        targets.first.map { kind, target in
            Resolved(target: ErasureTarget(kind, target), id: id, includesDerived: includesDerived)
        }
    }

    func check(_ problems: inout FieldProblems) {
        guard targets.count != 1 else { return }
        let names = ErasureTarget.Kind.requestable.map { "\($0.rawValue)_id" }
        let named = names.filter { name in targets.keys.contains { "\($0.rawValue)_id" == name } }
        problems.add("name exactly one of \(names.joined(separator: ", "))", at: .key(named.first ?? names[0]))
    }
}
