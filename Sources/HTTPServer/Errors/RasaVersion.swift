/// The version of Rasa whose HTTP API, archives and stores are served.
public enum RasaVersion {
    /// What answers call `version`.
    public static let served = "3.6.21"
    /// The oldest version whose archives are taken, as that Rasa itself says.
    public static let oldestArchive = "3.6.21"
}
