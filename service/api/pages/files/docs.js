SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // a token stays in this page, and goes nowhere but to this API
  persistAuthorization: false,
  validatorUrl: "none",
});
