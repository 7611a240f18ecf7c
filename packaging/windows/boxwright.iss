; The installer for Windows: for the person who runs it, without an administrator.
; iscc packaging\windows\boxwright.iss after the program is in dist\Boxwright and the icons are in build\icons.

#define Program AddBackslash(SourcePath) + "..\..\dist\Boxwright\boxwright.exe"
#define Version GetStringFileInfo(Program, "ProductVersion")
#if Version == ""
  #error "dist\Boxwright\boxwright.exe has no version: build the program first."
#endif

[Setup]
AppId={{AEE57C2F-A233-4CFB-A1B6-34C2ADC074CD}
AppName=Boxwright
AppVersion={#Version}
AppVerName=Boxwright {#Version}
DefaultDirName={autopf}\Boxwright
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
CloseApplications=yes
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\icons\boxwright.ico
UninstallDisplayIcon={app}\boxwright.exe
OutputDir=..\..\dist
OutputBaseFilename=Boxwright-{#Version}-windows-x64-setup
Compression=lzma2
SolidCompression=yes
WizardStyle=modern

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version must not lie beside those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\Boxwright\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Boxwright"; Filename: "{app}\boxwright.exe"
Name: "{autodesktop}\Boxwright"; Filename: "{app}\boxwright.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.boxwright"; ValueType: string; ValueName: ""; ValueData: "Boxwright.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Boxwright.Project"; ValueType: string; ValueName: ""; ValueData: "Boxwright project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Boxwright.Project\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\boxwright.exe,0"
Root: HKA; Subkey: "Software\Classes\Boxwright.Project\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\boxwright.exe"" ""%1"""

[Run]
Filename: "{app}\boxwright.exe"; Description: "{cm:LaunchProgram,Boxwright}"; Flags: nowait postinstall skipifsilent
