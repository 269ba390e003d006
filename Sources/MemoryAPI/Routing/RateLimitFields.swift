import AccessControl
import HTTPTypes
import MemoryModel

/// The fields `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-10: each limit that holds for the
/// caller, and where the caller stands under it.
enum RateLimitFields {
    /// The fields; none where nothing is limited.
    static func of(_ standings: [RateStanding]) -> [(HTTPField.Name, String)] {
        guard !standings.isEmpty else { return [] }
        let policies = standings.map { "\"\($0.policy)\";q=\($0.quota);w=\($0.window)" }
        let limits = standings.map { "\"\($0.policy)\";r=\($0.remaining);t=\($0.reset)" }
        return [
            (.rateLimitPolicy, policies.joined(separator: ", ")), (.rateLimit, limits.joined(separator: ", ")),
        ]
    }
}

extension RouteResponder {
    /// Counts a request, or refuses it.
    func limit(_ principal: Principal, _ context: EdgeContext) async throws(Problem) {
        guard let limiter = edge.services.limiter, let rateClass = route.rateClass else { return }
        let decision = await limiter.admit(principal, rateClass)
        context.record.note { $0.standings = decision.standings }
        guard case .refused(_, let violated, let retryAfter) = decision else { return }
        throw Problem(
            .rateLimited,
            "Wait \(retryAfter) s: no request is left under \(violated.joined(separator: ", ")).",
            retryAfter: retryAfter
        )
    }
}
