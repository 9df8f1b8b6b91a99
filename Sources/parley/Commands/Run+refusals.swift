import Channels
import Prefork
import Settings

extension Run {
    /// Flags that are known and will be served later: better no start than one without what was asked for.
    ///
    /// - Throws: ``BootFailure`` that names the first such flag.
    func refuseFlagsServedLater() throws(BootFailure) {
        let given: [(flag: String, isGiven: Bool, what: String)] = [
            ("--logging-config-file", logging.loggingConfigFile != nil, "a logging configuration of Python"),
            ("--use-syslog", syslog.useSyslog, "logging to syslog"),
        ]
        if let refused = given.first(where: \.isGiven) {
            throw BootFailure(
                "\(refused.flag): \(refused.what) is not served by this version of Parley; leave the flag out",
                status: ExitStatus.usage)
        }
        if let connector = channels.connector, !ChannelCatalog.served.contains(connector) {
            throw BootFailure(
                "--connector: \(Credentials.refusal(of: connector, served: ChannelCatalog.served))",
                status: ExitStatus.usage)
        }
    }
}
