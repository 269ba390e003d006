/// Which tokens are believed, and which of their claims name whom; set by the operator.
public struct TokenRules: Sendable, Hashable {
    /// The issuer, exactly as `iss` has it.
    public var issuer: String
    /// What `aud` must name: the canonical address of this service.
    public var audience: String
    /// The algorithms that keys may have.
    public var algorithms: Set<TokenAlgorithm>
    /// How far clocks may differ; at most 60 seconds.
    public var leeway: Duration
    /// From `iat` to `exp` at most.
    public var maximumLifetime: Duration
    /// The claim that holds the workspace's id.
    public var workspaceClaim: String
    /// The claim that names the user: by its external id, or by its id where it has no external one.
    public var userClaim: String
    /// The claim that bounds the role, where one does; a text or a list of texts.
    public var roleClaim: String?
    /// The claim that bounds the scopes, where one does; a text with spaces, or a list of texts.
    public var scopeClaim: String?
    /// Whether a user that is not there is added to the workspace.
    public var provisionsUsers: Bool
    /// Whether keys that name no algorithm are taken; their type then decides.
    public var takesKeysWithoutAlgorithm: Bool

    /// Makes rules; the leeway is cut to 60 seconds.
    public init(
        issuer: String,
        audience: String,
        algorithms: Set<TokenAlgorithm> = Set(TokenAlgorithm.allCases),
        leeway: Duration = .seconds(30),
        maximumLifetime: Duration = .seconds(86_400),
        workspaceClaim: String = "workspace_id",
        userClaim: String = "sub",
        roleClaim: String? = nil,
        scopeClaim: String? = nil,
        provisionsUsers: Bool = false,
        takesKeysWithoutAlgorithm: Bool = false
    ) {
        self.issuer = issuer
        self.audience = audience
        self.algorithms = algorithms
        self.leeway = min(max(leeway, .zero), .seconds(60))
        self.maximumLifetime = maximumLifetime
        self.workspaceClaim = workspaceClaim
        self.userClaim = userClaim
        self.roleClaim = roleClaim
        self.scopeClaim = scopeClaim
        self.provisionsUsers = provisionsUsers
        self.takesKeysWithoutAlgorithm = takesKeysWithoutAlgorithm
    }
}
