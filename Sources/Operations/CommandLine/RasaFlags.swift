import ExactText

package struct RasaFlag: Sendable, Hashable {
    package enum Arity: Sendable {
        case none, one
        case perhapsOne
        /// Any number up to the next flag; the last time that the flag is given counts.
        case any
        /// As many, but at least one.
        case several
    }

    /// Two dashes and a name.
    package let long: String
    /// A dash and a letter or two; nil for none.
    package let short: String?
    package let arity: Arity

    init(_ long: String, _ short: String? = nil, _ arity: Arity = .one) {
        (self.long, self.short, self.arity) = ("--\(long)", short, arity)
    }
}

/// The flags of the commands that Rasa has too, as `rasa COMMAND --help` lists them.
package enum RasaFlags {
    /// - Parameter command: The command's words, such as `train nlu`.
    /// - Returns: Nil for a command that takes none of Rasa's flags.
    package static func of(_ command: String) -> [RasaFlag]? { all[command] }

    private static let all: [ExactString: [RasaFlag]] = [
        "run": general + model + server, "shell": general + model + server + [RasaFlag("conversation-id")],
        "shell nlu": general + model,
        "check": help + model + ["remote-storage", "endpoints", "credentials", "connector"].map { RasaFlag($0) },
        "train": general + configuration + training + stories + [
            RasaFlag("data", nil, .several), RasaFlag("dry-run", nil, .none), RasaFlag("skip-validation", nil, .none),
            RasaFlag("fail-on-validation-warnings", nil, .none), RasaFlag("validation-max-history"),
            RasaFlag("endpoints"),
        ],
        "train nlu": general + configuration + training + [RasaFlag("nlu", "-u")],
        "train core": general + training + stories + [
            RasaFlag("config", "-c", .several), RasaFlag("stories", "-s"), RasaFlag("percentages", nil, .any),
            RasaFlag("runs"),
        ],
        "test": general + model + storyTests + understandingTests + reports,
        "test core": general + [RasaFlag("model", "-m", .several)] + storyTests + reports + [
            RasaFlag("e2e", nil, .none), RasaFlag("end-to-end", nil, .none),
        ],
        "test nlu": general + model + understandingTests + reports,
        "data validate": general + validation, "data validate stories": general + validation,
        "data split nlu": general + split, "data split stories": general + split,
        "data convert nlu": general + [
            RasaFlag("data", nil, .several), RasaFlag("out"), RasaFlag("format", "-f"), RasaFlag("language", "-l"),
        ],
        "init": general + [RasaFlag("no-prompt", nil, .none), RasaFlag("init-dir")],
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
    private static let configuration = [RasaFlag("config", "-c")]
    private static let training = [
        RasaFlag("domain", "-d"), RasaFlag("out"), RasaFlag("fixed-model-name"),
        RasaFlag("force", nil, .none), RasaFlag("num-threads"), RasaFlag("persist-nlu-data", nil, .none),
        RasaFlag("finetune", nil, .perhapsOne), RasaFlag("epoch-fraction"),
    ]
    private static let reports = [
        RasaFlag("out"), RasaFlag("no-plot", nil, .none), RasaFlag("successes", nil, .none),
        RasaFlag("no-errors", nil, .none), RasaFlag("no-warnings", nil, .none),
    ]
    private static let storyTests = [
        RasaFlag("stories", "-s"), RasaFlag("max-stories"), RasaFlag("endpoints"),
        RasaFlag("fail-on-prediction-errors", nil, .none), RasaFlag("url"),
        RasaFlag("evaluate-model-directory", nil, .none),
    ]
    private static let understandingTests = [
        RasaFlag("nlu", "-u"), RasaFlag("config", "-c", .several), RasaFlag("domain", "-d"),
        RasaFlag("cross-validation", nil, .none), RasaFlag("folds", "-f"), RasaFlag("runs", "-r"),
        RasaFlag("percentages", "-p", .several),
    ]
    private static let validation = [
        RasaFlag("max-history"), RasaFlag("config", "-c"), RasaFlag("fail-on-warnings", nil, .none),
        RasaFlag("domain", "-d"), RasaFlag("data", nil, .several),
    ]
    private static let split = [
        RasaFlag("nlu", "-u"), RasaFlag("training-fraction"), RasaFlag("random-seed"), RasaFlag("out"),
    ]
    private static let stories = [RasaFlag("augmentation"), RasaFlag("debug-plots", nil, .none)]
}
