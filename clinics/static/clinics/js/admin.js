// The admin under a policy without eval: unfold's pages ask Alpine for these by name.
// Its build for strict policies sees no globals, so what their expressions use is handed to them here.

// unfold draws the dark look by a class; the choice is the product's own (theme.js), else the device's.
const darkDevice = matchMedia("(prefers-color-scheme: dark)");
function showTheme() {
  const chosen = document.documentElement.dataset.theme;
  document.documentElement.classList.toggle("dark", chosen ? chosen === "dark" : darkDevice.matches);
}
showTheme();
darkDevice.addEventListener("change", showTheme);

function remembered() {
  try {
    return localStorage.getItem("admin-sidebar") !== "closed";
  } catch {
    return true; // storage can be switched off
  }
}

document.addEventListener("alpine:init", () => {
  Alpine.data("shell", () => ({ openModal: false, filterOpen: false, openAllApplications: false }));

  Alpine.data("page", () => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: remembered(),
    window: { location: { pathname: location.pathname, search: location.search } },
    init() {
      this.activeTab = getCurrentTab() || this.$el.dataset.tab;
    },
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      try {
        localStorage.setItem("admin-sidebar", this.sidebarDesktopOpen ? "open" : "closed");
      } catch {
        // then it is remembered for this page only
      }
    },
  }));

  Alpine.data("searchForm", searchForm);
});

// Some of unfold's switches are plain text with a click: make them reachable and workable by keyboard.
document.addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll("a:not([href]), span, h2")) {
    if (!element.hasAttribute("x-on:click")) continue;
    element.tabIndex = 0;
    element.setAttribute("role", "button");
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      element.click();
    });
  }
});
