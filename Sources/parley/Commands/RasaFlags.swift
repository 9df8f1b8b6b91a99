import ExactText

/// A flag of Rasa's command line.
struct RasaFlag: Sendable, Hashable {
    /// How many values follow.
    enum Arity: Sendable {
        case none, one
        /// At most one.
        case perhapsOne
        /// Any number up to the next flag; the last time that the flag is given counts.
        case any
        /// As many, but at least one.
        case several
    }

    /// Two dashes and a name.
    let long: String
    /// A dash and a letter or two; nil for none.
    let short: String?
    let arity: Arity

    init(_ long: String, _ short: String? = nil, _ arity: Arity = .one) {
        (self.long, self.short, self.arity) = ("--\(long)", short, arity)
    }
}

/// The flags of the commands that Rasa has too, as `rasa COMMAND --help` lists them.
enum RasaFlags {
    /// - Parameter command: The command's words, such as `train nlu`.
    /// - Returns: Nil for a command that takes none of Rasa's flags.
    static func of(_ command: String) -> [RasaFlag]? { all[command] }

    private static let all: [ExactString: [RasaFlag]] = [
        "run": general + model + server, "shell": general + model + server + [RasaFlag("conversation-id")],
        "shell nlu": general + model,
        "check": help + model + ["remote-storage", "endpoints", "credentials", "connector"].map { RasaFlag($0) },
        "train": general + training + stories + [
            RasaFlag("data", nil, .several), RasaFlag("dry-run", nil, .none), RasaFlag("skip-validation", nil, .none),
            RasaFlag("fail-on-validation-warnings", nil, .none), RasaFlag("validation-max-history"),
            RasaFlag("endpoints"),
        ],
        "train nlu": general + training + [RasaFlag("nlu", "-u")],
        "train core": general + training + stories + [
            RasaFlag("stories", "-s"), RasaFlag("percentages", nil, .any), RasaFlag("runs"),
        ],
        "export": general
            + [
                "endpoints", "minimum-timestamp", "maximum-timestamp", "offset-timestamps-by-seconds",
                "conversation-ids",
            ].map { RasaFlag($0) },
    ]

    private static let help = [RasaFlag("help", "-h", .none)]
    private static let model = [RasaFlag("model", "-m")]
    private static let general =
        help + [
            RasaFlag("verbose", "-v", .none), RasaFlag("debug", "-vv", .none), RasaFlag("quiet", nil, .none),
            RasaFlag("logging-config-file"),
        ]
    private static let server =
        [
            RasaFlag("use-syslog", nil, .none), RasaFlag("enable-api", nil, .none), RasaFlag("cors", nil, .any),
            RasaFlag("interface", "-i"), RasaFlag("port", "-p"), RasaFlag("auth-token", "-t"),
        ]
        + [
            "log-file", "syslog-address", "syslog-port", "syslog-protocol", "endpoints", "response-timeout",
            "request-timeout", "remote-storage", "ssl-certificate", "ssl-keyfile", "ssl-ca-file", "ssl-password",
            "credentials", "connector", "jwt-secret", "jwt-method", "jwt-private-key",
        ].map { RasaFlag($0) }
    private static let training = [
        RasaFlag("config", "-c"), RasaFlag("domain", "-d"), RasaFlag("out"), RasaFlag("fixed-model-name"),
        RasaFlag("force", nil, .none), RasaFlag("num-threads"), RasaFlag("persist-nlu-data", nil, .none),
        RasaFlag("finetune", nil, .perhapsOne), RasaFlag("epoch-fraction"),
    ]
    private static let stories = [RasaFlag("augmentation"), RasaFlag("debug-plots", nil, .none)]
}
