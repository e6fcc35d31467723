/**
 * Runs cdk-nag over a CloudFormation template, with packages of its own (scripts/nag.ts brings them).
 *
 * Usage: node nag.mjs TEMPLATE. Prints, as JSON, how many resources were looked at, and every finding: rule, resource and what is wrong.
 */
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'stack');
const template = new CfnInclude(stack, 'template', { templateFile: process.argv[2] ?? '' });

const reports = [new AwsSolutionsChecks(app), new ServerlessChecks(app)].map((pack) => pack.validateScope(template));
const findings = reports.flatMap(({ violations }) =>
  violations.flatMap(({ ruleName, description, violatingResources }) =>
    violatingResources.map(({ constructPath }) => ({
      rule: ruleName,
      resource: (constructPath ?? '').slice('stack/template/'.length),
      says: description,
    })),
  ),
);
const resources = template.node.findAll().filter((construct) => CfnResource.isCfnResource(construct)).length;
process.stdout.write(JSON.stringify({ resources, findings }));
