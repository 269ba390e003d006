package import HTTPTypes

/// Every route of the service, checked: what is not in it does not exist, and what is in it has a scope.
package struct RouteTable: Sendable {
    /// The routes, in the order of the documentation.
    package let routes: [Route]

    /// The paths that may be open.
    package static let openPaths: Set<String> = [
        "/livez", "/readyz", "/healthz", "/metrics", "/openapi.json", "/v1/erasure-key",
    ]

    /// Makes a table.
    ///
    /// Fails where two routes have one name, or a route outside `openPaths` has no scope or no rate class.
    package init(_ routes: [Route]) throws(RouteTableError) {
        var names: Set<String> = []
        for route in routes {
            guard names.insert(route.name).inserted else { throw RouteTableError(.duplicate, route.name) }
            guard route.access.scope != nil || Self.openPaths.contains(route.pattern) else {
                throw RouteTableError(.withoutScope, route.name)
            }
            guard route.access.scope == nil || route.rateClass != nil else {
                throw RouteTableError(.withoutRateClass, route.name)
            }
        }
        self.routes = routes
    }

    /// The methods of a path that exists, in order; none where it does not.
    package func methods(ofPath path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: true)
        var methods: [HTTPRequest.Method] = []
        for route in routes where Self.matches(route.pattern, segments) && !methods.contains(route.method) {
            methods.append(route.method)
            if route.method == .get { methods.append(.head) }
        }
        return methods.isEmpty ? [] : methods + [.options]
    }

    private static func matches(_ pattern: String, _ segments: [Substring]) -> Bool {
        let parts = pattern.split(separator: "/")
        return parts.count == segments.count && zip(parts, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// Why a route table does not start.
public struct RouteTableError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of fault.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Two routes have one method and pattern.
        case duplicate
        /// A route has no scope and is none of the open ones.
        case withoutScope
        /// A route with a scope has no rate class.
        case withoutRateClass
    }

    /// The kind of fault.
    public let code: Code
    /// The route's method and pattern.
    public let route: String

    init(_ code: Code, _ route: String) {
        self.code = code
        self.route = route
    }

    /// Safe to log.
    public var description: String { "route table \(code.rawValue): \(route)" }
}
