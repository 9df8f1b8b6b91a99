import Channels
import ExactText
import Prefork
import Settings

extension Run {
    /// Flags that are known and not served: better no start than one without what was asked for.
    ///
    /// - Throws: ``BootFailure`` that names the first such flag.
    func refuseUnsupportedFlags() throws(BootFailure) {
        guard logging.loggingConfigFile == nil else {
            throw BootFailure(
                "--logging-config-file: Parley has no logging of Python's to configure; leave the flag out",
                status: ExitStatus.usage)
        }
        if let connector = channels.connector, !ChannelCatalog.supported.contains(exact: connector) {
            throw BootFailure(
                "--connector: \(Credentials.refusal(of: connector, supported: ChannelCatalog.supported))",
                status: ExitStatus.usage)
        }
    }
}
